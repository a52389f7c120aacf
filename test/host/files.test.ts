import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileStatus, fileSystemUsage, listDirectory, readFile, readLink } from '../../lib/host/files.ts';
import { MiB } from '../../lib/model/units.ts';

let directory = '';
const path = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nodemend-files-'));
  writeFileSync(path('ten'), '0123456789');
  writeFileSync(path('binary'), Buffer.from([0xff, 0xfe, 0x00, 0x41]));
  symlinkSync('ten', path('link'));
  execFileSync('mkfifo', [path('fifo')]);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('readFile', () => {
  it('reads a regular file', async () => {
    expect(await readFile(path('ten'))).toEqual({ kind: 'text', text: '0123456789', truncated: false });
  });

  it('reads all of a file that says size 0 and is longer than one buffer', async () => {
    const answer = await readFile('/proc/self/smaps', { maxBytes: 64 * MiB });

    expect(answer).toMatchObject({ kind: 'text', truncated: false });
    expect(answer.kind === 'text' && answer.text.length).toBeGreaterThan(20_000);
    expect(answer.kind === 'text' && answer.text.trimEnd().split('\n').at(-1)).toMatch(/^VmFlags|^ProtectionKey/);
  });

  it.each([
    [10, '0123456789', false],
    [9, '012345678', true],
  ])('cuts at %d bytes and says so', async (maxBytes, text, truncated) => {
    expect(await readFile(path('ten'), { maxBytes })).toEqual({ kind: 'text', text, truncated });
  });

  it('reads files of /proc, whose size is 0', async () => {
    expect(await readFile('/proc/self/comm')).toMatchObject({ kind: 'text', truncated: false });
    expect(await readFile('/proc/self/maps', { maxBytes: 100 })).toMatchObject({ kind: 'text', truncated: true });
  });

  it('does not wait for the writer of a FIFO', async () => {
    expect(await readFile(path('fifo'))).toEqual({ kind: 'not-a-file', is: 'fifo' });
  });

  it.each([
    ['a directory', '', { kind: 'not-a-file', is: 'directory' }],
    ['nothing', 'absent', { kind: 'missing' }],
    ['a path below a file', 'ten/below', { kind: 'missing' }],
  ])('answers for %s', async (_name, name, answer) => {
    expect(await readFile(path(name))).toEqual(answer);
  });

  it('survives bytes that are not UTF-8', async () => {
    expect(await readFile(path('binary'))).toMatchObject({ kind: 'text', text: '\ufffd\ufffd\0A' });
  });
});

describe('the other looks at a path', () => {
  it('follows no link', async () => {
    expect(await readLink(path('link'))).toEqual({ kind: 'link', target: 'ten' });
    expect(await readLink(path('absent'))).toEqual({ kind: 'missing' });
  });

  it('lists names in byte order', async () => {
    expect(await listDirectory(directory)).toEqual({ kind: 'entries', names: ['binary', 'fifo', 'link', 'ten'] });
  });

  it('tells what a path is', async () => {
    expect(await fileStatus(path('ten'))).toMatchObject({ kind: 'status', is: 'file', size: 10 });
    expect(await fileStatus(path('fifo'))).toMatchObject({ is: 'fifo' });
  });

  it('measures a file system', async () => {
    await fileSystemUsage(directory);
    const usage = await fileSystemUsage(directory);

    expect(usage).toMatchObject({ kind: 'usage', device: statSync(directory).dev });
    if (usage.kind === 'usage') expect(usage.bytesAvailable).toBeLessThanOrEqual(usage.bytes);
  });
});
