import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesBelow, openFiles, removeFile } from '../../../../agent/disk/reclaim/files.ts';
import { fileKey, type StoredFile } from '../../../../lib/disk/reclaim/inventory.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'files-'));
  mkdirSync(join(root, 'log/app'), { recursive: true });
  writeFileSync(join(root, 'log/a.1'), 'a');
  writeFileSync(join(root, 'log/app/b.1'), 'b');
});
afterEach(() => rmSync(root, { recursive: true }));

const found = (depth?: number) => filesBelow(join(root, 'log'), depth).toSorted((a, b) => a.path.localeCompare(b.path));
const first = () => found()[0] as StoredFile;

describe('filesBelow', () => {
  it('finds regular files, as deep as it may, and through no link', () => {
    symlinkSync('/etc', join(root, 'log/etc'));
    symlinkSync(join(root, 'log/a.1'), join(root, 'log/link.1'));

    expect(found().map(({ path }) => path)).toEqual([join(root, 'log/a.1'), join(root, 'log/app/b.1')]);
    expect(found(1).map(({ path }) => path)).toEqual([join(root, 'log/a.1')]);
  });
});

describe('removeFile', () => {
  it('removes the file that was chosen', () => {
    expect(removeFile(first())).toBeUndefined();
    expect(existsSync(join(root, 'log/a.1'))).toBe(false);
  });

  it.each<[string, () => void]>([
    ['another file took its name', () => renameSync(join(root, 'log/app/b.1'), join(root, 'log/a.1'))],
    ['something wrote to it', () => writeFileSync(join(root, 'log/a.1'), 'more')],
    ['it has another name by now', () => linkSync(join(root, 'log/a.1'), join(root, 'log/app/c'))],
    [
      'a link took its name',
      () => {
        rmSync(join(root, 'log/a.1'));
        symlinkSync(join(root, 'log/app/b.1'), join(root, 'log/a.1'));
      },
    ],
  ])('leaves it when %s', (_what, meanwhile) => {
    const chosen = { ...first(), modifiedAt: first().modifiedAt - (_what.includes('wrote') ? 1 : 0) };
    meanwhile();

    expect(removeFile(chosen)).toBe('it is another file by now');
    expect(existsSync(join(root, 'log/a.1'))).toBe(true);
  });

  it('is content with one that is gone', () => {
    expect(removeFile({ ...first(), path: join(root, 'log/none') })).toBeUndefined();
  });
});

describe('openFiles', () => {
  it('knows what a process has open', () => {
    mkdirSync(join(root, 'proc'));
    symlinkSync(`/proc/${process.pid}`, join(root, 'proc/7'));
    const file = openSync(join(root, 'log/a.1'), 'r');

    const open = openFiles(5000, join(root, 'proc'));
    closeSync(file);

    expect(open?.has(fileKey(first()))).toBe(true);
    expect(openFiles(5000, join(root, 'proc'))?.has(fileKey(first()))).toBe(false);
  });

  it('knows nothing when its time is over, or a process is closed to it', () => {
    mkdirSync(join(root, 'proc/8/task'), { recursive: true });

    expect(openFiles(0)).toBeUndefined();
    expect(openFiles(5000, join(root, 'proc'))).toBeUndefined();
  });
});
