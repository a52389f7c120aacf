import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Disk, localDisk } from '../../lib/ledger/disk.ts';
import { keepReserve } from '../../lib/ledger/reserve.ts';
import { KiB, MiB } from '../../lib/model/units.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nodemend-reserve-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const path = () => join(root, 'reserve');
const diskWith = (free: number): Disk => ({ ...localDisk, available: async () => free });

describe('the reserve', () => {
  it.each([KiB, 64 * KiB, 100 * KiB, 128 * KiB])('has real bytes, as many as were asked for: %d', async (bytes) => {
    expect(await keepReserve(diskWith(64 * MiB), root, bytes)).toBe(true);

    expect(statSync(path()).size).toBe(bytes);
    expect(readFileSync(path()).includes(0)).toBe(false);
  });

  it.each([
    ['is whole', 1000],
    ['is larger', 1001],
  ])('is left alone where it %s', async (_name, size) => {
    writeFileSync(path(), Buffer.alloc(size, 'x'));
    const disk = diskWith(0);
    const created = vi.spyOn(disk, 'create');

    expect(await keepReserve(disk, root, 1000)).toBe(true);
    expect(created).not.toHaveBeenCalled();
    expect(statSync(path()).size).toBe(size);
  });

  it('is made anew where a part of it was used', async () => {
    writeFileSync(path(), Buffer.alloc(999, 'x'));

    expect(await keepReserve(diskWith(64 * MiB), root, 1000)).toBe(true);
    expect(statSync(path()).size).toBe(1000);
  });

  it('does not make a full disk fuller', async () => {
    expect(await keepReserve(diskWith(64 * MiB - 1), root, 1000)).toBe(false);
    expect(existsSync(path())).toBe(false);
  });
});
