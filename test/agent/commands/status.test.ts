import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { status } from '../../../agent/commands/status.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';
import { snapshot } from '../../fakes/tidings.ts';

/** `nodemend status` over a file with this text; undefined: there is none. */
async function statusOf(text: string | undefined, json = true) {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-status-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const config = join(directory, 'config.yaml');
  writeFileSync(config, `runtimeDirectory: ${directory}\n`);
  if (text !== undefined) writeFileSync(join(directory, 'status.json'), text);
  const { terminal, out } = fakeTerminal();
  const code = await status.run({ options: { json, config }, positionals: [], terminal });
  return { code, printed: out() };
}

const alive = { ...snapshot().process, pid: process.pid };
const now = () => new Date().toISOString();

describe('nodemend status', () => {
  it.each([
    ['Healthy', 0],
    ['Degraded', 1],
    ['Critical', 2],
    ['Unknown', 3],
  ] as const)('%s ends with %i', async (health, code) => {
    const said = await statusOf(JSON.stringify(snapshot({ health, time: now(), process: alive })));

    expect(said.code).toBe(code);
    expect(JSON.parse(said.printed)).toMatchObject({ kind: 'AgentStatus', health, running: true });
  });

  const gone = { ...alive, pid: 2 ** 22 + 1 };
  it.each([
    ['there is no file', undefined, false, /is not there/],
    ['the file is cut', '{"kind":"Agent', false, /is not a status/],
    ['the file is of something else', '[]', false, /is not a status/],
    ['its writer is gone', JSON.stringify(snapshot({ time: now(), process: gone })), false, /is gone/],
    ['its writer hangs', JSON.stringify(snapshot({ process: alive })), true, /old: the agent hangs/],
    ['the clock was set back', JSON.stringify(snapshot({ time: '2999-01-01T00:00:00Z', process: alive })), true, /future/],
  ])('is Unknown when %s', async (_, text, running, why) => {
    const said = await statusOf(text);

    expect(said.code).toBe(3);
    expect(JSON.parse(said.printed)).toMatchObject({ running, why: expect.stringMatching(why) });
  });

  it('says it to a person, too', async () => {
    expect((await statusOf(undefined, false)).printed).toContain('systemctl status nodemend');
  });
});

describe('nodemend status --what-if', () => {
  const ask = async (span: string) => {
    const directory = mkdtempSync(join(tmpdir(), 'nodemend-status-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const config = join(directory, 'config.yaml');
    writeFileSync(config, `runtimeDirectory: ${directory}\nstateDirectory: ${directory}\nmode: observe\n`);
    const { terminal, out } = fakeTerminal();
    const options = { 'what-if': span, json: true, config };
    const code = await status.run({ options, positionals: [], terminal });
    return { code, page: JSON.parse(out()) };
  };

  it('works without an agent, and without a ledger', async () => {
    const { code, page } = await ask('30d');

    expect(code).toBe(0);
    expect(page).toMatchObject({ kind: 'WhatIf', mode: 'observe', ledgerBegins: null, incidents: [] });
  });

  it.each(['soon', '0', ''])('refuses %j as a time', async (span) => {
    await expect(ask(span)).rejects.toThrow(/no duration/);
  });
});
