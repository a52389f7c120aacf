import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidents } from '../../../agent/commands/incidents.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { openRecorder } from '../../../lib/recorder/ring.ts';
import { intent, opened, outcome } from '../../fakes/ledger.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';

const root = mkdtempSync(join(tmpdir(), 'nodemend-incidents-'));
const at = (...names: readonly string[]) => join(root, ...names);
const ID = '20260101-0001';

beforeAll(async () => {
  const time = { at: Date.parse('2026-01-01T00:00:00Z'), up: 5_000_000, boot: 'an-earlier-boot' };
  const ledger = await openLedger({
    directory: at('var/ledger'),
    runtimeDirectory: at('run/ledger'),
    clock: () => time,
    keep: 1000,
  });
  await ledger.append(
    opened({ evidence: [{ from: 'journal', excerpt: `web-17.example dockerd: token=hunter2 from 10.1.2.3` }] }),
  );
  await ledger.append(intent());
  await ledger.append(outcome());
  await ledger.append({ kind: 'closed', incident: ID, healedBy: 'restart-runtime' });
  await ledger.append(opened({ incident: '20260101-0002', reason: 'DockerDown' }));
  await ledger.close();
  const recorder = openRecorder(at('var/flight.ring'));
  await recorder.record({ ...time, mark: 'running', load1: 2 });
  await recorder.record({ ...time, at: 0, mark: 'running', load1: 3 });
  await recorder.close();
  mkdirSync(at('var/evidence', ID), { recursive: true });
  writeFileSync(at('var/evidence', ID, 'goroutines.txt'), 'password=hunter2\n');
  writeFileSync(at('config.yaml'), `nodeName: web-17.example\nstateDirectory: ${at('var')}\nruntimeDirectory: ${at('run')}\n`);
  writeFileSync(at('empty.yaml'), `stateDirectory: ${at('none')}\nruntimeDirectory: ${at('none')}\n`);
});
afterAll(() => rmSync(root, { recursive: true }));

async function run(words: readonly string[], options: Readonly<Record<string, string | boolean>> = {}): Promise<string> {
  const { terminal, out } = fakeTerminal();
  await incidents.run({ options: { config: at('config.yaml'), ...options }, positionals: words, terminal });
  return out();
}

describe('nodemend incidents', () => {
  it('lists, by text and JSON', async () => {
    expect(await run([])).toMatch(/20260101-0001 .* healed by restart-runtime[\s\S]*20260101-0002 .* open/);
    expect(JSON.parse(await run([], { json: true }))).toMatchObject({
      kind: 'IncidentList',
      incidents: [
        { id: ID, state: 'closed', actions: [{ outcome: 'succeeded' }] },
        { state: 'open', durationSeconds: null },
      ],
    });
  });

  it.each(['20260101-0001', '0001'])('shows %s with its evidence', async (word) => {
    expect(await run([word])).toMatch(/found DockerHung[\s\S]*token=hunter2[\s\S]*goroutines.txt/);
    expect(JSON.parse(await run([word], { json: true }))).toMatchObject({
      kind: 'Incident',
      id: ID,
      files: [at('var/evidence', ID, 'goroutines.txt')],
    });
  });

  it.each(['9999', '000', ''])('does not guess what %j means', async (word) => {
    await expect(run([word])).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' });
  });

  it('packs one, redacted, for its owner alone, and never over another file', async () => {
    const file = at('bundle.tar.gz');
    await run(['0001'], { bundle: file });
    const { stdout } = spawnSync('tar', ['-xzOf', file], { encoding: 'utf8' });

    expect(spawnSync('tar', ['-tzf', file], { encoding: 'utf8' }).stdout.split('\n')).toEqual([
      `nodemend-${ID}/incident.txt`,
      `nodemend-${ID}/ledger.jsonl`,
      `nodemend-${ID}/recorder.csv`,
      `nodemend-${ID}/inventory.json`,
      `nodemend-${ID}/evidence/goroutines.txt`,
      '',
    ]);
    expect(stdout).not.toMatch(/hunter2|10\.1\.2\.3|web-17/);
    expect(stdout).toContain('2026-01-01T00:00:00.000Z,running');
    expect(stdout).not.toContain('1970-01-01');
    expect(stdout).toContain('"kind": "Inventory"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(run(['0001'], { bundle: file })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  it('draws one as a page, redacted, for its owner alone, and never over another file', async () => {
    const file = at('incident.html');
    expect(await run(['0001'], { html: file })).toMatch(/^incident 20260101-0001 drawn in .*incident\.html\nkeys, tokens/);
    const page = readFileSync(file, 'utf8');

    expect(page).toMatch(/DockerHung on docker\.service[\s\S]*healed by restart-runtime[\s\S]*goroutines\.txt/);
    expect(page).toContain('nodemend explain ContainerRuntimeUnhealthy');
    expect(page).not.toMatch(/hunter2|10\.1\.2\.3|web-17|<script/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(run(['0001'], { html: file })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  it('draws and packs the last one where none is named', async () => {
    const printed = await run([], { html: at('last.html'), bundle: at('last.tar.gz') });

    expect(printed).toMatch(/incident 20260101-0002 packed in .*\nincident 20260101-0002 drawn in /);
    expect(readFileSync(at('last.html'), 'utf8')).toContain('DockerDown on docker.service');
  });

  it('tells of the boot before this one', async () => {
    expect(await run([], { 'last-boot': true })).toMatch(/ended unawares[\s\S]*Incidents of that boot[\s\S]*20260101-0002/);
    expect(JSON.parse(await run([], { 'last-boot': true, json: true }))).toMatchObject({ kind: 'LastBoot', endedInOrder: false });
  });

  it('has nothing to say on a node without a ledger, and leaves no trace there', async () => {
    expect(await run([], { config: at('empty.yaml') })).toBe('No incident in the ledger of this node.\n');
    expect(await run([], { config: at('empty.yaml'), 'last-boot': true })).toContain('Nothing is known of an earlier boot');
    expect(readdirSync(root)).not.toContain('none');
  });
});
