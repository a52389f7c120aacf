import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type FileCalls, localFiles } from '../../lib/host/exact-file.ts';
import { journalFile, openSealed, sealLine } from '../../lib/host/journal-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-journal-file-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Notes each call, and fails at the one of this number. */
function failingAt(number: number): { readonly calls: FileCalls; readonly made: string[] } {
  const made: string[] = [];
  const point =
    <Words extends unknown[], Value>(name: string, call: (...words: Words) => Promise<Value>) =>
    async (...words: Words) => {
      made.push(name);
      if (made.length === number) throw new Error('no space left');
      return await call(...words);
    };
  const calls = Object.fromEntries(Object.entries(localFiles).map(([name, call]) => [name, point(name, call as never)]));
  return { calls: calls as unknown as FileCalls, made };
}

describe('a sealed line', () => {
  it('is one line, and opens as what it was', () => {
    const value = { text: 'ä\n"', list: [1, null] };

    expect(sealLine(value)).toMatch(/^[0-9a-f]{8} \{.*\}\n$/);
    expect(openSealed(sealLine(value).trimEnd())).toEqual(value);
  });

  it('does not open when any byte of it is another, or missing', () => {
    const line = sealLine({ at: 'x', of: 12 }).trimEnd();
    for (let at = 0; at < line.length; at += 1) {
      const other = `${line.slice(0, at)}${line[at] === 'y' ? 'z' : 'y'}${line.slice(at + 1)}`;
      expect(() => openSealed(other), `byte ${at}`).toThrow('its checksum is wrong');
      expect(() => openSealed(line.slice(0, at)), `cut at ${at}`).toThrow('its checksum is wrong');
    }
    expect(() => openSealed('')).toThrow('its checksum is wrong');
    // The checksum of nothing is right, and nothing is no value.
    expect(() => openSealed('00000000 ')).toThrow();
  });
});

describe('a journal file', () => {
  it('is for its owner alone, in directories that were not there, with nothing beside it', async () => {
    const place = join(directory, 'a/b');
    const file = journalFile(join(place, 'x.journal'), localFiles);

    expect(await file.read()).toBeUndefined();
    await file.clear();
    await file.write('one\n');
    await file.write('zwei ä\n');

    expect(await file.read()).toBe('zwei ä\n');
    expect(readdirSync(place)).toEqual(['x.journal']);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    await file.clear();
    await file.clear();
    expect(await file.read()).toBeUndefined();
    expect(readdirSync(place)).toEqual([]);
  });

  it('is never written through a link', async () => {
    const target = join(directory, 'target');
    writeFileSync(target, 'of somebody else');
    symlinkSync(target, join(directory, 'link'));
    const file = journalFile(join(directory, 'link'), localFiles);

    await expect(file.read()).rejects.toThrow('symbolic link');
    await expect(file.write('x')).rejects.toThrow('symbolic link');
    expect(readFileSync(target, 'utf8')).toBe('of somebody else');
  });

  it('holds what it held or what was written, wherever the writing fails, and says that it failed', async () => {
    const path = join(directory, 'c/d/y.journal');
    const { calls, made } = failingAt(0);
    await journalFile(path, calls).write('new');
    expect(made.filter((name) => name === 'syncDirectory')).toHaveLength(3);

    for (let number = 1; number <= made.length; number += 1) {
      rmSync(join(directory, 'c'), { recursive: true });
      const failing = failingAt(number);
      await expect(journalFile(path, failing.calls).write('new'), `${made[number - 1]}`).rejects.toThrow('no space left');
      expect([undefined, 'new']).toContain(await journalFile(path, localFiles).read());

      await journalFile(path, localFiles).write('old');
      const again = failingAt(number);
      await journalFile(path, again.calls)
        .write('new')
        .catch(() => undefined);
      expect(['old', 'new']).toContain(await journalFile(path, localFiles).read());
    }
  });
});
