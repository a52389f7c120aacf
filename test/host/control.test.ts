import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localControl } from '../../lib/host/control.ts';
import { parseProcessStat } from '../../lib/host/processes.ts';

const { control } = localControl();

describe('signal-process', () => {
  let child: ChildProcess;
  const pid = () => child.pid ?? 0;
  const startTicks = () => parseProcessStat(readFileSync(`/proc/${pid()}/stat`, 'latin1'))?.startTicks ?? 0;
  const isAlive = () => child.exitCode === null && child.signalCode === null;

  beforeEach(async () => {
    child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
  });
  afterEach(() => child.kill('SIGKILL'));

  it('ends the process that was meant', async () => {
    const ended = once(child, 'exit');

    expect(await control({ kind: 'signal-process', pid: pid(), startTicks: startTicks(), signal: 'SIGKILL' })).toEqual({
      kind: 'done',
    });
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('ends a stopped one', async () => {
    const ended = once(child, 'exit');
    child.kill('SIGSTOP');

    await control({ kind: 'signal-process', pid: pid(), startTicks: startTicks(), signal: 'SIGKILL' });

    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it.each([1, -1])('leaves a process alone that started %i ticks beside the one that was meant', async (off) => {
    const answer = await control({ kind: 'signal-process', pid: pid(), startTicks: startTicks() + off, signal: 'SIGKILL' });

    expect(answer).toEqual({ kind: 'gone' });
    expect(isAlive()).toBe(true);
  });

  it('says that a process has ended', async () => {
    const meant = { kind: 'signal-process', pid: pid(), startTicks: startTicks(), signal: 'SIGKILL' } as const;
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(await control(meant)).toEqual({ kind: 'gone' });
  });

  it.each([0, 1, -1, -4711, Number.NaN, 1.5])('never signals %d', async (number) => {
    expect(await control({ kind: 'signal-process', pid: number, startTicks: 0, signal: 'SIGKILL' })).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('unit', () => {
  it.each([
    '--force.service',
    'a b.service',
    '*.service',
    'a;reboot.service',
    '../x.service',
    'multi-user.target',
    'kubelet',
    '',
  ])('never hands %j to systemctl', async (unit) => {
    const refused = { kind: 'failed', why: expect.stringContaining('not the name of a service') };

    expect(await control({ kind: 'unit', verb: 'restart', unit })).toEqual(refused);
    expect(await control({ kind: 'signal-unit', unit, signal: 'SIGKILL' })).toEqual(refused);
  });
});

describe('write-file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nodemend-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const write = (path: string, text: string) => control({ kind: 'write-file', path, text, mode: 0o600 });

  it('makes the file and its directories, for their owner alone', async () => {
    const path = join(directory, 'a/b/file');

    expect(await write(path, 'text\n')).toEqual({ kind: 'done' });
    expect(await readFile(path, 'utf8')).toBe('text\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'a'))).mode & 0o777).toBe(0o700);
  });

  it('replaces a file, and leaves nothing else behind', async () => {
    const path = join(directory, 'file');
    await writeFile(path, 'old and longer');
    await writeFile(join(directory, '.file.nodemend'), 'what a crash left');

    expect(await write(path, 'new')).toEqual({ kind: 'done' });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(directory)).toEqual(['file']);
  });

  it('writes through no link', async () => {
    const victim = join(directory, 'victim');
    await writeFile(victim, 'untouched');
    await symlink(victim, join(directory, '.file.nodemend'));
    await symlink(victim, join(directory, 'file'));

    await write(join(directory, 'file'), 'new');

    expect(await readFile(victim, 'utf8')).toBe('untouched');
    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('new');
  });

  it('leaves what is there where it cannot be replaced, and no half file', async () => {
    const path = join(directory, 'taken');
    await write(join(path, 'inside'), 'old');

    expect(await write(path, 'new')).toMatchObject({ kind: 'failed', why: 'EISDIR' });
    expect(await readdir(directory)).toEqual(['taken']);
    expect(await readFile(join(path, 'inside'), 'utf8')).toBe('old');
  });
});
