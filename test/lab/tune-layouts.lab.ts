import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutFlags } from '../../lib/tune/target.ts';
import { quoteForUnit } from '../../lib/tune/unit-words.ts';
import { nodeOf } from '../tune/nodes.ts';
import { look } from './doctor.ts';
import { install } from './install.ts';
import { openLab } from './lab.ts';
import { minorOf } from './state.ts';
import { placed, preparePrograms, removeAll, startAll, target, writeFiles } from './tune/fixture-units.ts';
import { argvOf, bytesOf, loggedSignals, tune, untilSettled } from './tune/node.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);
const hasConfigDirectory = minorOf(lab.kubeletVersion) >= 30;
const OWN = join(host.root, 'etc/systemd/system/kubelet.service.d/20-lab.conf');
const DIRECTORY = '/etc/kubernetes/kubelet.conf.d';
const log = (line: string) => console.log(`tune-layouts: ${line}`);

let before = '';
let words: readonly string[] = [];

/** A command of nothing but words: no variable that could be set, and --config-dir where this kubelet has it. */
beforeAll(async () => {
  await host.exec(['systemctl', 'stop', 'nodemend']);
  await install(host);
  const more = hasConfigDirectory ? [`--config-dir=${DIRECTORY}`] : [];
  if (hasConfigDirectory) mkdirSync(join(host.root, DIRECTORY), { recursive: true });
  words = [...(await argvOf(host)), ...more];
  writeFileSync(OWN, `[Service]\nExecStart=\nExecStart=${words.map(quoteForUnit).join(' ')}\n`);
  await host.sh('systemctl daemon-reload; systemctl restart kubelet', { timeoutMs: 60_000 });
  before = await bytesOf(host);
});

afterAll(async () => {
  await removeAll(host);
  await tune(host, '--revert');
  rmSync(OWN, { force: true });
  rmSync(join(host.root, DIRECTORY), { recursive: true, force: true });
  await host.sh('systemctl daemon-reload; systemctl restart kubelet', { timeoutMs: 60_000 });
});

describe('unit files met in the wild, by systemd itself', () => {
  it('are run as foretold, before and after the change', async () => {
    await preparePrograms(host);
    for (const { files } of placed) await writeFiles(host, files);
    const units = placed.map(({ unit }) => unit);
    const first = await startAll(host, units);
    for (const { name, unit, files } of placed) {
      // Behind the program's own name, which the shell has in its place.
      expect(first.get(unit), name).toEqual(nodeOf(files, {}, unit).argv.slice(1));
    }

    const changed = placed.filter(({ change }) => change !== undefined);
    for (const { change } of changed) if (change !== undefined) await writeFiles(host, { [change.path]: change.after });
    const second = await startAll(
      host,
      changed.map(({ unit }) => unit),
    );
    for (const { name, unit } of changed) {
      const now = second.get(unit) ?? [];
      expect(withoutFlags(now, target), name).toEqual(withoutFlags(first.get(unit) ?? [], target));
      expect(now.filter((word) => word.startsWith('--eviction-hard=')).at(-1), name).toContain('nodefs.available<5%');
    }
    expect(placed.length).toBeGreaterThanOrEqual(25);
    log(
      `${placed.length} units started by systemd ${(await host.sh('systemctl --version')).split(' ')[1]}, ${changed.length} of them changed: as foretold`,
    );
    await removeAll(host);
  });
});

describe('a kubelet whose command has no variable', () => {
  // The first alone: the next ones are begun on a kubelet that was proved.
  beforeAll(() => untilSettled(host));

  it.for([
    ['freeze-command', ['--via', 'systemd', '--freeze-command'], true],
    ['config-dir', ['--via', 'config-dir'], hasConfigDirectory],
  ] as const)('%s', async ([mechanism, via, isHere], { skip }) => {
    if (!isHere) return skip(`not run: kubelet ${lab.kubeletVersion} has none`);
    const applied = await tune(host, '--set', 'nodefs.available<11%', ...via, '--apply');

    expect(applied, applied.message).toMatchObject({ code: 0, outcome: 'applied', mechanism });
    const now = await argvOf(host);
    expect(withoutFlags(now, target)).toEqual(words);
    expect(await loggedSignals(host)).toContain('memory.available');
    if (mechanism === 'config-dir') expect(now).toEqual(words);
    else await frozenIsWatched();

    const reverted = await tune(host, '--revert');
    expect(reverted, reverted.message).toMatchObject({ code: 0, outcome: 'reverted' });
    expect(await bytesOf(host)).toBe(before);
    expect(await argvOf(host)).toEqual(words);
    log(`${mechanism} with ${host.runtime}, ${lab.kubeletVersion}: applied in ${applied.took}s, reverted in ${reverted.took}s`);
  });
});

/** The next package brings another command; the frozen one goes on, and doctor says so. */
async function frozenIsWatched(): Promise<void> {
  const types = async () => (await look(host)).report?.problems.map(({ type, reason }) => `${type}/${reason}`) ?? [];
  expect(await types()).not.toContain('EvictionTuningBroken/BaseCommandChanged');
  const later = join(host.root, 'etc/systemd/system/kubelet.service.d/30-lab.conf');
  writeFileSync(later, `[Service]\nExecStart=\nExecStart=${words.map(quoteForUnit).join(' ')} --v=3\n`);
  await host.sh('systemctl daemon-reload');
  expect(await types()).toContain('EvictionTuningBroken/BaseCommandChanged');
  rmSync(later);
  await host.sh('systemctl daemon-reload');
}
