import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isKeptFile, readKeptFile } from '../../lib/host/kept-file.ts';

let directory = '';
const path = (name: string) => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nodemend-kept-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const target = (descriptor: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
};
const opened = (file: string) => readdirSync('/proc/self/fd').filter((descriptor) => target(descriptor) === file).length;

describe('isKeptFile', () => {
  it.each([
    ['/sys/fs/cgroup/memory/memory.usage_in_bytes', true],
    ['/sys/fs/cgroup/memory.stat', true],
    ['/sys/fs/cgroup/kubepods.slice/memory.current', false],
    ['/sys/fs/cgroup/memory/../../../../etc/memory.x', false],
    ['/sys/fs/cgroup/pids.max', false],
    ['/proc/meminfo', false],
  ])('%s: %s', (file, kept) => {
    expect(isKeptFile(file)).toBe(kept);
  });
});

describe('readKeptFile', () => {
  it('reads what the file holds at that moment, through one descriptor', async () => {
    for (const text of ['one', 'two']) {
      writeFileSync(path('counter'), text);
      expect(await readKeptFile(path('counter'), 100)).toEqual({ kind: 'text', text, truncated: false });
    }

    expect(opened(path('counter'))).toBe(1);
  });

  it('serves two at once', async () => {
    writeFileSync(path('both'), 'x'.repeat(3000));
    const answers = await Promise.all([readKeptFile(path('both'), 9000), readKeptFile(path('both'), 9000)]);

    expect(answers.map((answer) => answer.kind === 'text' && answer.text.length)).toEqual([3000, 3000]);
    expect(opened(path('both'))).toBe(1);
  });

  it.each([
    [20_000, 20_000, false],
    [20_000, 19_999, true],
    [0, 10, false],
  ])('reads %d bytes of which %d are allowed', async (length, maxBytes, truncated) => {
    const file = path(`${length}-${maxBytes}`);
    writeFileSync(file, 'x'.repeat(length));

    expect(await readKeptFile(file, maxBytes)).toEqual({ kind: 'text', text: 'x'.repeat(Math.min(length, maxBytes)), truncated });
  });

  it('is opened anew when it could not be, or could not be read', async () => {
    await expect(readKeptFile(path('late'), 10)).rejects.toThrow('ENOENT');
    writeFileSync(path('late'), 'here');
    expect(await readKeptFile(path('late'), 10)).toMatchObject({ text: 'here' });

    await expect(readKeptFile(directory, 10)).rejects.toThrow('EISDIR');
    await expect.poll(() => opened(directory)).toBe(0);
  });
});
