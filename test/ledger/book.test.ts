import { describe, expect, it } from 'vitest';
import { add, bookOf, type Dated, EMPTY_BOOK, merge } from '../../lib/ledger/book.ts';
import type { Replay } from '../../lib/ledger/replay.ts';
import type { LedgerEntry, Moment } from '../../lib/model/incident.ts';
import { minutes } from '../../lib/model/units.ts';
import { entry, intent, opened } from '../fakes/ledger.ts';

const NOW = { boot: 'boot-a', up: minutes(30) };
const KEEP = minutes(60);
const at = (seq: number, boot = 'boot-a') => ({ seq, boot, up: minutes(seq) });
const replay = (entries: readonly LedgerEntry[], more: Partial<Replay> = {}): Replay => ({
  ...EMPTY_BOOK,
  seq: Math.max(0, ...entries.map(({ seq }) => seq)),
  corrupt: 0,
  torn: false,
  ...more,
  entries: [...entries],
});
const told = (entries: readonly LedgerEntry[]) => entries.map(({ kind, seq }) => `${kind} ${seq}`);
const reset = (stamp: Partial<LedgerEntry>) => entry({ kind: 'reset', of: 'ContainerRuntimeUnhealthy', by: 'root' }, stamp);

describe('merge', () => {
  const both = entry(opened(), at(1));

  it('writes what is known here alone, and keeps its number where nothing came after it', () => {
    const { book, missing } = merge(replay([both]), bookOf(replay([both, entry(intent(), at(2))]), KEEP, NOW), KEEP, NOW);

    expect(told(missing)).toEqual(['intent 2']);
    expect(told(book.entries)).toEqual(['opened 1', 'intent 2']);
    expect(book.seq).toBe(2);
  });

  it('puts what was done while the directory could not be read behind everything in it: no old reset forgives it', () => {
    const [one, two] = [entry(intent(), at(2)), entry(intent({ action: 'b' }), { ...at(9), up: minutes(9) })];
    const former = entry(intent({ action: 'z' }), at(3, 'boot-z'));
    const found = replay([both, reset({ ...at(5), up: minutes(1.5) })]);
    const { book, missing } = merge(found, bookOf(replay([both, one, two, former]), KEEP, NOW), KEEP, NOW);

    expect(told(missing).toSorted()).toEqual(['intent 3', 'intent 6', 'intent 7']);
    expect(told(book.entries)).toEqual(['opened 1', 'intent 3', 'reset 5', 'intent 6', 'intent 7']);
    expect(book.seq).toBe(9);
  });

  it('writes nothing that has become obsolete', () => {
    const guards = entry({ kind: 'guards', incident: '20260101-0001', remedy: 'reboot', guards: ['mode'] }, at(2));
    const closed = entry({ kind: 'closed', incident: '20260101-0001', healedBy: 'itself' }, at(7));
    const { book, missing } = merge(replay([both, closed]), bookOf(replay([both, guards]), KEEP, NOW), KEEP, NOW);

    expect(missing).toEqual([]);
    expect(book.entries).toEqual([]);
  });

  it.each<[string, Moment | undefined, Moment | undefined, Moment | undefined]>([
    ['nothing', undefined, undefined, undefined],
    ['ours', at(2), undefined, at(2)],
    ['the directory’s', undefined, at(2), at(2)],
    ['the later of this boot: ours', at(9), at(2), at(9)],
    ['the later of this boot: the directory’s', at(2), at(9), at(9)],
    ['the one of this boot: ours', at(2), at(9, 'boot-z'), at(2)],
    ['the one of this boot: the directory’s', at(9, 'boot-z'), at(2), at(2)],
  ])('remembers as the last moment %s', (_name, ours, theirs, expected) => {
    const last = (moment: Moment | undefined) => (moment === undefined ? {} : { last: moment });
    const { book } = merge(replay([], last(theirs)), { ...EMPTY_BOOK, ...last(ours) }, KEEP, NOW);

    expect(book.last).toEqual(expected);
    expect('last' in book).toBe(expected !== undefined);
  });

  it('gives no number of an incident twice', () => {
    expect(merge(replay([], { incidents: 7 }), { ...EMPTY_BOOK, incidents: 4 }, KEEP, NOW).book.incidents).toBe(7);
    expect(merge(replay([], { incidents: 4 }), { ...EMPTY_BOOK, incidents: 7 }, KEEP, NOW).book.incidents).toBe(7);
  });
});

describe('add', () => {
  const dated = (event: object): Dated => ({ at: 0, ...NOW, ...event }) as Dated;

  it('counts incidents by the one that is opened', () => {
    const known = { ...EMPTY_BOOK, seq: 4, incidents: 3 };

    expect(add(known, dated(opened({ incident: '20260101-0007' })), KEEP).book).toMatchObject({ seq: 5, incidents: 7 });
    expect(add(known, dated(opened({ incident: '20260101-0002' })), KEEP).book).toMatchObject({ seq: 5, incidents: 3 });
    expect(add(known, dated(intent({ incident: '20260101-0007' })), KEEP).book).toMatchObject({
      seq: 5,
      incidents: 3,
      last: { boot: 'boot-a', up: NOW.up },
    });
  });
});

describe('bookOf', () => {
  it('knows no last moment of an empty directory', () => {
    expect(bookOf(replay([]), KEEP, NOW)).toEqual(EMPTY_BOOK);
    expect(bookOf(replay([], { last: NOW }), KEEP, NOW)).toEqual({ ...EMPTY_BOOK, last: NOW });
  });
});
