import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeJournal, encodeJournal, type JournalRecord, openJournal } from '../../../agent/tune/journal.ts';
import { localFiles } from '../../../lib/host/exact-file.ts';
import { parseOpenChange, parseSettled } from '../../../lib/sources/kubelet/eviction-tuning.ts';
import type { Kept, Transaction } from '../../../lib/tune/transaction.ts';
import { SCRATCH } from '../../fakes/scratch.ts';

const directory = mkdtempSync(join(SCRATCH, 'nodemend-journal-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const process = { pid: 812, startTicks: 4711, boot: 'b' };
const kept: Kept = {
  unit: 'kubelet.service',
  mechanism: 'extra-args',
  at: 1,
  files: [],
  directories: [],
  settled: { process, changedAt: { '/etc/default/kubelet': 12.5 } },
};
const transaction: Transaction = {
  id: '1',
  what: 'apply',
  by: 'root',
  at: 1,
  unit: 'kubelet.service',
  mechanism: 'extra-args',
  files: [{ path: '/etc/default/kubelet', before: { kind: 'absent' }, after: { kind: 'absent' } }],
  directories: [],
  before: {},
  after: {},
  kept,
};
const open: JournalRecord = { state: 'open', transaction, progress: { direction: 'forward', step: 'load' } };

describe('the journal', () => {
  it.each([open, { state: 'kept', kept } satisfies JournalRecord])('is read back as it was written: $state', (record) => {
    expect(decodeJournal(encodeJournal(record))).toEqual(record);
  });

  it.each([
    ['empty', ''],
    ['cut', encodeJournal(open).slice(0, -40)],
    ['flipped', encodeJournal(open).replace('kubelet.service', 'kubelet.servicf')],
    ['of another version', encodeJournal(open).replace('"format":1', '"format":2')],
    ['binary', '\u0000\u0001\u0002'],
  ])('is never believed when it is %s', (_name, text) => {
    expect(decodeJournal(text)).toMatchObject({ state: 'damaged' });
  });

  it('is on disk, for root alone, in a directory that was not there', async () => {
    const journal = openJournal(join(directory, 'a/b'), localFiles);
    expect(await journal.read()).toEqual({ state: 'none' });
    await journal.write(open);

    expect(await journal.read()).toEqual(open);
    await journal.clear();
    await journal.clear();
    expect(await journal.read()).toEqual({ state: 'none' });
  });

  it('tells what is open, and what was put back, by its first line', async () => {
    const journal = openJournal(directory, localFiles);
    await journal.write(open);
    const text = readFileSync(journal.path, 'utf8');

    expect(parseOpenChange(text)).toEqual({ what: 'apply', step: 'load', paths: ['/etc/default/kubelet'] });
    expect(parseSettled(text)).toEqual({ pid: 812, startTicks: 4711, changedAt: { '/etc/default/kubelet': 12.5 } });
    expect(parseOpenChange(encodeJournal({ state: 'kept', kept }))).toBeUndefined();
    writeFileSync(journal.path, 'x');
    expect([parseOpenChange('x'), parseSettled('x'), parseSettled('00000000 {"settled":1}')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
