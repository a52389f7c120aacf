import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deletedFiles } from '../../../agent/disk/deleted.ts';
import { MiB } from '../../../lib/model/units.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deleted-'));
  mkdirSync(join(directory, 'proc'));
  symlinkSync(`/proc/${process.pid}`, join(directory, 'proc/77'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const options = { within: 1000, clock: () => 0, most: 10, isHere: () => true };

describe('deletedFiles', () => {
  it('finds what is deleted and still held open, and whose it is', () => {
    const path = join(directory, 'big.log');
    const file = openSync(path, 'w');
    const small = openSync(join(directory, 'small.log'), 'w');
    writeSync(file, Buffer.alloc(2 * MiB, 1));
    const device = statSync(path).dev;
    rmSync(path);
    rmSync(join(directory, 'small.log'));

    const proc = join(directory, 'proc');
    const found = deletedFiles({ ...options, proc, isHere: (one) => one === device });
    const elsewhere = deletedFiles({ ...options, proc, isHere: () => false });
    closeSync(file);
    closeSync(small);

    expect(found).toMatchObject([{ path, pid: 77, bytes: 2 * MiB }]);
    expect(elsewhere).toEqual([]);
    expect(deletedFiles({ ...options, proc }).map((one) => one.path)).not.toContain(path);
  });

  it('gives up at its deadline, and without /proc at once', () => {
    let now = 0;
    const clock = () => {
      now += 2000;
      return now;
    };

    expect(deletedFiles({ ...options, clock })).toEqual([]);
    expect(deletedFiles({ ...options, proc: join(directory, 'none') })).toEqual([]);
  });
});
