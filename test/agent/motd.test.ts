import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { showLine } from '../../agent/motd.ts';

const directory = () => mkdtempSync(join(tmpdir(), 'motd-'));

describe('showLine', () => {
  it('writes a file that everybody may read, and takes it away', async () => {
    const root = directory();
    const path = join(root, '50-nodemend');

    expect(await showLine(path, 'nodemend: Critical\n')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('nodemend: Critical\n');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(root)).toEqual(['50-nodemend']);
    expect(await showLine(path, undefined)).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
    expect(await showLine(path, undefined)).toBeUndefined();
  });

  it('makes no directory where nobody reads it', async () => {
    const root = directory();

    expect(await showLine(join(root, 'motd.d/50-nodemend'), 'x\n')).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
  });

  it('does not write through a link', async () => {
    const root = directory();
    const path = join(root, '50-nodemend');
    writeFileSync(join(root, 'other'), 'kept');
    symlinkSync(join(root, 'other'), path);

    expect(await showLine(path, 'line\n')).toBeUndefined();
    expect(readFileSync(join(root, 'other'), 'utf8')).toBe('kept');
    expect(readFileSync(path, 'utf8')).toBe('line\n');
  });

  it('says why it cannot', async () => {
    const root = directory();
    mkdirSync(join(root, '50-nodemend'));

    expect(await showLine(join(root, '50-nodemend'), 'x\n')).toBeDefined();
    expect(await showLine(join(root, '50-nodemend'), undefined)).toBeDefined();
  });
});
