import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readFile } from '../../lib/host/files.ts';
import { isKernelText } from '../../lib/host/kernel-text.ts';

/** Until the file system of a path has said what it is. */
async function known(path: string): Promise<boolean> {
  for (let turn = 0; turn < 1000 && !isKernelText(path); turn += 1) await setTimeout(5);
  return isKernelText(path);
}

describe('files of the kernel', () => {
  it.each([
    '/proc/uptime',
    '/proc/1/stat',
    '/proc/sys/kernel/pid_max',
    '/proc/pressure/cpu',
  ])('%s is read on the spot', async (path) => {
    expect(await known(path)).toBe(true);
  });

  it.each([
    ['waits for mmap_lock', '/proc/1/cmdline'],
    ['waits for mmap_lock', '/proc/1/environ'],
    ['waited for cgroup_mutex', '/proc/1/cgroup'],
    ['walks every connection of the host', '/proc/1/net/tcp'],
    ['lies elsewhere', '/proc/sys/kernel/../../../etc/passwd'],
    ['lies elsewhere', '/var/proc/uptime'],
    ['is an operator’s file', '/etc/nodemend/config.yaml'],
  ])('what %s is not: %s', async (_, path) => {
    expect(isKernelText(path)).toBe(false);
    await setImmediate();
    expect(isKernelText(path)).toBe(false);
  });

  it('waits for the file system to say what it is before the first read', () => {
    expect(isKernelText('/proc/sys/kernel/ostype')).toBe(false);
  });

  it('says of a process that has ended that it is missing, either way', async () => {
    expect(await readFile('/proc/4194999/stat')).toEqual({ kind: 'missing' });
    await known('/proc/1/stat');
    expect(await readFile('/proc/4194999/stat')).toEqual({ kind: 'missing' });
  });

  it('cuts at the bound and says so, either way', async () => {
    await known('/proc/1/stat');
    expect(await readFile('/proc/1/stat', { maxBytes: 3 })).toEqual({ kind: 'text', text: '1 (', truncated: true });
    expect(await readFile('/proc/meminfo', { maxBytes: 3 })).toEqual({ kind: 'text', text: 'Mem', truncated: true });
  });
});
