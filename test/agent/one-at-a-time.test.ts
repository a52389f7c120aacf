import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockAlone, ownProcess } from '../../agent/one-at-a-time.ts';
import { AgentError } from '../../lib/errors.ts';
import { parseStartTicks } from '../../lib/model/proc-stat.ts';

const root = mkdtempSync(join(tmpdir(), 'nodemend-alone-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const refuse = (who: string) => new AgentError('TUNE_LOCKED', `another run${who} is at work`);

/** A claim of a process that lives for as long as this test: its parent. */
function claimOfParent(directory: string): void {
  const startTicks = parseStartTicks(readFileSync(`/proc/${process.ppid}/stat`, 'utf8'));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${ownProcess().boot}.${process.ppid}.${startTicks}`), 'another run\n');
}

describe('what only one may do', () => {
  it('is claimed in every directory, and let go', () => {
    const directories = [join(root, 'a/lock'), join(root, 'b/lock')];

    const lock = lockAlone(directories, 'this run', refuse);

    const { boot, pid, startTicks } = ownProcess();
    for (const directory of directories) expect(readdirSync(directory)).toEqual([`${boot}.${pid}.${startTicks}`]);
    lock.release();
    for (const directory of directories) expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused to whoever comes second, by the number of the first', () => {
    const directories = [join(root, 'c/lock'), join(root, 'd/lock')];
    claimOfParent(join(root, 'd/lock'));

    expect(() => lockAlone(directories, 'this run', refuse)).toThrow(`another run (PID ${process.ppid}) is at work`);
    expect(readdirSync(join(root, 'd/lock'))).toHaveLength(1);
  });

  it('is free again once its process has ended', () => {
    const directory = join(root, 'e/lock');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${ownProcess().boot}.${process.ppid}.1`), 'of a process that was');

    lockAlone([directory], 'this run', refuse).release();

    expect(readdirSync(directory)).toEqual([]);
  });
});
