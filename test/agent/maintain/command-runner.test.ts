import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { commandRunner } from '../../../agent/maintain/command-runner.ts';
import { readFile } from '../../../lib/host/files.ts';
import type { HostView } from '../../../lib/host/host.ts';
import { readProcesses } from '../../../lib/host/processes.ts';
import type { MaintainRecord } from '../../../lib/maintain/record.ts';
import { order } from '../../fakes/maintained-node.ts';
import { fakeNode } from '../../fakes/node.ts';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-command-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let count = 0;
function runner(command: readonly string[], boot = 'b1') {
  count += 1;
  const status = join(directory, `${count}.status`);
  const host: HostView = { ...fakeNode({}), readFile, processes: async () => readProcesses(false) };
  const record: MaintainRecord = { order: order({ command, directory }), stage: 'command', boot: 'b1', begun: 'b1' };
  return { status, record, hands: commandRunner({ host, boot: () => boot, statusFile: () => status, quiet: true }) };
}

describe('the command', () => {
  it.each<[string, readonly string[], object]>([
    ['ends well', ['true'], { kind: 'ended', code: 0 }],
    ['ends badly', ['sh', '-c', 'exit 7'], { kind: 'ended', code: 7 }],
    ['is ended by a signal', ['sh', '-c', 'kill -KILL $$'], { kind: 'ended', code: 137 }],
    ['is not there', ['/no/such/program'], { kind: 'ended', code: 127 }],
  ])('%s, and its exit status is on disk', async (_what, command, expected) => {
    const { record, hands } = runner(command);

    expect(await hands.run(record)).toEqual(expected);
    expect(await hands.look(record)).toEqual(expected);
  });

  it('gets its words as they are, in the directory of the person', async () => {
    const out = join(directory, 'out');
    const { record, hands } = runner(['sh', '-c', 'printf "%s|" "$PWD" "$@" > out', 'x', 'a  b', '$HOME', '"']);
    await hands.run(record);

    expect(readFileSync(out, 'utf8')).toBe(`${directory}|a  b|$HOME|"|`);
  });

  it('goes on when its program is killed, and is found by who comes next', async () => {
    const { status, record, hands } = runner([]);
    // As maintain begins it, and then nobody waits for it.
    const script = `${status}.begun`;
    const child = spawn('/bin/sh', ['-c', `: > "$1.begun"; sleep 30`, 'sh', status], { detached: true, stdio: 'ignore' });
    while (!existsSync(script)) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(await hands.look(record)).toEqual({ kind: 'running', pid: child.pid });
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    // Its child is ended by the same signal, but not at the same instant.
    const killed = async () => expect(await hands.look(record)).toMatchObject({ kind: 'lost', why: 'it was killed' });
    await vi.waitFor(killed, { timeout: 20_000 });
    writeFileSync(status, '0\n');
    expect(await hands.look(record)).toEqual({ kind: 'ended', code: 0 });
    await hands.clean(record);
    expect(await hands.look(record)).toEqual({ kind: 'fresh' });
  });

  it.each(['', '0', 'x\n', '-1\n', '0\n0\n'])('a status of %j is none', async (text) => {
    const { status, record, hands } = runner(['true'], 'b2');
    writeFileSync(status, text);

    expect((await hands.look(record)).kind).toBe('lost');
  });

  it('whose directory is gone cannot be run, and that is said', async () => {
    const { record, hands } = runner(['true']);

    expect(await hands.run({ ...record, order: { ...record.order, directory: '/no/such' } })).toMatchObject({ kind: 'lost' });
  });
});
