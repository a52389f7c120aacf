import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../lib/host/write-file.ts';

/** In memory, and where temporary files lie. */
const parents = ['/dev/shm', tmpdir()].filter((parent) => existsSync(parent));

/** More than once: in memory the first goes the long way, until the file system is known. */
describe.each(parents)('writeWhole below %s', (parent) => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(parent, 'nodemend-write-'));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it('leaves the whole file with its mode, whatever the umask, and nothing beside it', async () => {
    const path = join(place, 'status.json');
    for (const text of ['one', 'two', 'three'.repeat(10_000), '']) {
      expect(await writeWhole({ path, text, mode: 0o644 })).toEqual({ kind: 'done' });
      expect(readFileSync(path, 'utf8')).toBe(text);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(place)).toEqual(['status.json']);
  });

  it('writes through no link', async () => {
    const victim = join(place, 'victim');
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, join(place, '.file.nodemend'));
    symlinkSync(victim, join(place, 'file'));

    expect(await writeWhole({ path: join(place, 'file'), text: 'ours', mode: 0o600 })).toEqual({ kind: 'done' });
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(readFileSync(join(place, 'file'), 'utf8')).toBe('ours');
  });

  it('makes a directory that is gone', async () => {
    const path = join(place, 'gone', 'file');
    await writeWhole({ path, text: 'one', mode: 0o600 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(join(place, 'gone'), { recursive: true });

    expect(await writeWhole({ path, text: 'two', mode: 0o600 })).toEqual({ kind: 'done' });
    expect(readFileSync(path, 'utf8')).toBe('two');
  });
});
