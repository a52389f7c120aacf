import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { tar } from '../../agent/tar.ts';

const at = Date.parse('2026-01-01T00:00:00Z');
const file = (name: string, text: string | Buffer) => ({ name, bytes: Buffer.from(text), at });
const run = (archive: Buffer, ...words: readonly string[]) => spawnSync('tar', words, { input: archive, encoding: 'buffer' });

describe('tar', () => {
  it.each([
    ['no file', []],
    ['an empty file', [file('a/empty', '')]],
    ['a file of exactly one block', [file('a/block', 'x'.repeat(512))]],
    ['several', [file('a/one', 'one'), file('a/two', Buffer.from([0, 255, 10])), file('a/three', 'ä'.repeat(10_000))]],
    ['the longest name', [file('n'.repeat(100), 'x')]],
  ])('makes what tar(1) reads: %s', (_, files) => {
    const archive = tar(files);

    expect(archive.length % 512).toBe(0);
    expect(run(archive, '-t').stdout.toString()).toBe(files.map(({ name }) => `${name}\n`).join(''));
    expect(run(archive, '-xO').stdout).toEqual(Buffer.concat(files.map(({ bytes }) => bytes)));
  });

  it('gives files to root alone, with their time', () => {
    const { stdout } = run(tar([file('a', 'x')]), '-tv', '--numeric-owner', '--full-time', '--utc');

    expect(stdout.toString()).toMatch(/^-rw------- 0\/0 +1 2026-01-01 00:00:00 a\n$/);
  });

  it('refuses a name that would be cut', () => {
    expect(() => tar([file('ä'.repeat(51), 'x')])).toThrow(RangeError);
  });
});
