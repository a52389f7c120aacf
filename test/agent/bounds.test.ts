import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepWithinBounds } from '../../agent/bounds.ts';
import type { UsageAnswer } from '../../lib/host/host.ts';
import { ledgerLimits } from '../../lib/ledger/evidence.ts';
import { fakeNode } from '../fakes/node.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'bounds-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const MB = 1_000_000;

function keep(path: string, bytes: number): void {
  mkdirSync(join(state, path, '..'), { recursive: true });
  writeFileSync(join(state, path), 'x'.repeat(bytes));
}

/** Room is a hundredth of the disk. */
function prune(diskBytes: number, open: readonly string[] = []) {
  const usage: UsageAnswer = { kind: 'usage', bytes: diskBytes, bytesAvailable: diskBytes, inodes: 1, inodesFree: 1, device: 1 };
  return keepWithinBounds({ host: fakeNode({ usage: { [state]: usage } }), stateDirectory: state, open: () => open });
}

describe('keepWithinBounds', () => {
  beforeEach(() => {
    for (const id of ['20260101-0001', '20260102-0002', '20260103-0003']) keep(`evidence/${id}/${id}.1/journal.txt`, MB);
    keep('ledger/000001', MB);
    keep('flight.ring', MB / 2);
  });

  it.each<[string, number, readonly string[], readonly string[]]>([
    ['everything fits', 1000 * MB, [], []],
    ['the oldest go first', 400 * MB, [], ['20260101-0001']],
    ['what the ledger takes counts', 300 * MB, [], ['20260101-0001', '20260102-0002']],
    ['never that of an open incident', 300 * MB, ['20260101-0001'], ['20260102-0002', '20260103-0003']],
    ['nothing fits', 10 * MB, ['20260103-0003'], ['20260101-0001', '20260102-0002']],
  ])('%s', async (_, disk, open, removed) => {
    expect(await prune(disk, open)).toEqual(removed);
    expect(readdirSync(join(state, 'evidence'))).toHaveLength(3 - removed.length);
  });

  it('removes nothing from a disk that does not answer', async () => {
    const host = fakeNode({ usage: { [state]: { kind: 'timed-out', after: 2000 } } });

    expect(await keepWithinBounds({ host, stateDirectory: state, open: () => [] })).toEqual([]);
  });
});

describe('ledgerLimits', () => {
  it.each([1, 8, 64, 200].map((room) => [room * 2 ** 20] as const))('leave room for the rest in %i bytes', (room) => {
    const { totalBytes, segmentBytes, reserveBytes } = ledgerLimits(room);

    expect(totalBytes).toBeLessThanOrEqual(Math.max(room / 2, 2 ** 20));
    expect(segmentBytes + reserveBytes).toBeLessThan(totalBytes);
  });
});
