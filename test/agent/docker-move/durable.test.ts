import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readText, removeDurably, writeDurably } from '../../../agent/docker-move/durable.ts';
import { loadJournal, saveJournal } from '../../../agent/docker-move/journal-file.ts';
import { MoveFailure } from '../../../agent/docker-move/node.ts';
import { journal } from './world.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'move-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);

describe('a file that is written whole', () => {
  it('has its text and mode, in a directory made for it, and leaves nothing beside', () => {
    writeDurably(at('deep/er/file'), 'text', 0o640);

    expect(readFileSync(at('deep/er/file'), 'utf8')).toBe('text');
    expect(statSync(at('deep/er/file')).mode & 0o7777).toBe(0o640);
    expect(readdirSync(at('deep/er'))).toEqual(['file']);
  });

  it('does not write through a link that lies where its temporary file goes', () => {
    writeFileSync(at('other'), 'untouched');
    symlinkSync(at('other'), at('.file.nodemend'));

    writeDurably(at('file'), 'text', 0o600);

    expect(readFileSync(at('other'), 'utf8')).toBe('untouched');
    expect(readFileSync(at('file'), 'utf8')).toBe('text');
  });

  it('says why it could not be, and keeps the former one', () => {
    mkdirSync(at('file/in-the-way'), { recursive: true });

    expect(() => writeDurably(at('file'), 'text', 0o600)).toThrow(MoveFailure);
    expect(readdirSync(directory)).toContain('file');
  });

  it('is read and removed; one that is not there is no error, one that cannot be read is', () => {
    writeDurably(at('file'), 'text', 0o600);
    expect(readText(at('file'))).toBe('text');
    removeDurably(at('file'));
    removeDurably(at('file'));
    removeDurably(at('no/such/directory/file'));
    expect(readText(at('file'))).toBeUndefined();
    expect(() => readText(directory)).toThrow(MoveFailure);
  });
});

describe('the journal', () => {
  it('is read as it was written', () => {
    saveJournal(at('journal.json'), journal);

    expect(loadJournal(at('journal.json'))).toEqual(journal);
    expect(loadJournal(at('none.json'))).toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['cut', JSON.stringify(journal).slice(0, 200)],
    ['of another version', JSON.stringify({ ...journal, format: 2 })],
    ['of an unknown stage', JSON.stringify({ ...journal, stage: 'dance' })],
    ['without its inventory', JSON.stringify({ ...journal, inventory: null })],
    ['a list', '[]'],
  ])('that is %s is refused and never guessed', (_what, text) => {
    writeFileSync(at('journal.json'), text);

    expect(() => loadJournal(at('journal.json'))).toThrow('is not a journal of this program');
  });
});
