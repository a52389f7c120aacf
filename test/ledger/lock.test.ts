import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findKeeper, takeLock } from '../../lib/ledger/lock.ts';
import { parseStartTicks } from '../../lib/model/proc-stat.ts';

const BOOT = 'abcd-1234';
let root: string;
let children: ChildProcess[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nodemend-lock-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

const directories = () => [join(root, 'var'), join(root, 'run')];

/** A process of its own, as the lock sees it. */
function another(boot = BOOT) {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(child);
  const pid = child.pid ?? 0;
  const holder = { boot, pid, startTicks: parseStartTicks(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? 0 };
  const end = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { holder, end };
}

describe('the lock of the ledger', () => {
  it('is refused while its holder lives, by name', () => {
    const agent = another();
    takeLock(directories(), agent.holder, 'nodemend agent');

    expect(() => takeLock(directories(), another().holder, 'doctor --fix')).toThrow(
      `nodemend agent (PID ${agent.holder.pid}) keeps the ledger of this node`,
    );
    expect(readdirSync(join(root, 'var'))).toHaveLength(1);
  });

  it('ends with its holder, even by SIGKILL', async () => {
    const agent = another();
    takeLock(directories(), agent.holder, 'agent');
    await agent.end();

    takeLock(directories(), another().holder, 'agent');

    expect(readdirSync(join(root, 'run'))).toHaveLength(1);
  });

  it.each([
    ['a PID that belongs to another process by now', { startTicks: 1 }],
    ['a process of an earlier boot', { boot: 'ffff-0000' }],
  ])('is not held by %s', (_, other) => {
    takeLock(directories(), { ...another().holder, ...other }, 'agent');

    expect(() => takeLock(directories(), another().holder, 'agent')).not.toThrow();
  });

  it('is held even when one of its directories was deleted', () => {
    takeLock(directories(), another().holder, 'agent');
    rmSync(join(root, 'run'), { recursive: true });

    expect(() => takeLock(directories(), another().holder, 'agent')).toThrow('keeps the ledger');
  });

  it('comes back by itself after both were deleted', () => {
    const lock = takeLock(directories(), another().holder, 'agent');
    for (const directory of directories()) rmSync(directory, { recursive: true });
    lock.renew();

    expect(() => takeLock(directories(), another().holder, 'agent')).toThrow('keeps the ledger');
  });

  it('can be taken after it was released', () => {
    takeLock(directories(), another().holder, 'agent').release();

    expect(() => takeLock(directories(), another().holder, 'agent')).not.toThrow();
  });

  it('does not stumble over foreign files, or over a directory that cannot be made', () => {
    mkdirSync(join(root, 'var'));
    writeFileSync(join(root, 'var', 'x.y.z'), '');
    writeFileSync(join(root, 'run'), 'a file');

    expect(() => takeLock(directories(), another().holder, 'agent')).not.toThrow();
    expect(readdirSync(join(root, 'var'))).toContain('x.y.z');
  });
});

describe('who keeps the ledger', () => {
  it('is found by name, and nothing is claimed by looking', () => {
    const [first, second] = [another(), another()];
    const lock = takeLock(directories(), first.holder, 'nodemend agent');

    expect(findKeeper(directories(), second.holder)).toEqual({ pid: first.holder.pid, name: 'nodemend agent' });
    lock.release();
    expect(findKeeper(directories(), second.holder)).toBeUndefined();
    takeLock(directories(), second.holder, 'nodemend reset').release();
  });

  it('is nobody once he has died, on another boot, or where no directory is', async () => {
    const [first, second] = [another(), another()];
    expect(findKeeper(directories(), second.holder)).toBeUndefined();
    takeLock(directories(), first.holder, 'nodemend agent');
    expect(findKeeper(directories(), { ...second.holder, boot: 'ffff-1' })).toBeUndefined();
    await first.end();

    expect(findKeeper(directories(), second.holder)).toBeUndefined();
  });

  it('is not the one who asks', () => {
    const { holder } = another();
    takeLock(directories(), holder, 'nodemend agent');

    expect(findKeeper(directories(), holder)).toBeUndefined();
  });
});
