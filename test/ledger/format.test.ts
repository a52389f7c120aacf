import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSegment, encodeEntry, encodeHead, MOST_LINE_BYTES } from '../../lib/ledger/format.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { entry, intent, opened, outcome } from '../fakes/ledger.ts';

const some: readonly LedgerEntry[] = [entry(opened()), entry(intent()), entry(outcome())];
const lines = some.map(encodeEntry);
const segment = Buffer.concat(lines);
const signed = (text: string) => `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;

describe('a ledger line', () => {
  it('is read as it was written', () => {
    expect(decodeSegment(segment)).toEqual({
      entries: some,
      complete: false,
      corrupt: 0,
      torn: false,
      end: segment.length,
      filled: false,
    });
  });

  it.each([
    [
      'megabytes of evidence',
      opened({ evidence: Array.from({ length: 500 }, () => ({ from: 'x', excerpt: '\0'.repeat(9000) })) }),
    ],
    ['a message of control characters', opened({ message: '\u0001'.repeat(1e6) })],
    ['line ends and lone surrogates', opened({ message: 'a\n\r\u2028\ud800' })],
    ['a plan without end', intent({ plan: Array.from({ length: 1e4 }, (_, n) => ({ n, text: 'x'.repeat(5000) })) })],
    ['names that are too long', opened({ type: 'T'.repeat(1e5), subject: '\u0001'.repeat(1e5), reason: '\u0001'.repeat(1e5) })],
    ['a __proto__', intent({ plan: [JSON.parse('{"__proto__":{"x":1}}')] })],
  ])('is one line and no longer than allowed with %s', (_, event) => {
    const line = encodeEntry(entry(event));

    expect(line.length).toBeLessThanOrEqual(MOST_LINE_BYTES);
    expect(line.indexOf(10)).toBe(line.length - 1);
    expect(decodeSegment(line).entries).toMatchObject([{ kind: event.kind, incident: event.incident }]);
  });

  it('keeps the fact and leaves out the evidence when both do not fit', () => {
    const evidence = Array.from({ length: 32 }, () => ({ from: 'journal', excerpt: 'x'.repeat(2000) }));

    expect(decodeSegment(encodeEntry(entry(opened({ evidence })))).entries).toMatchObject([
      { reason: 'DockerHung', evidence: [] },
    ]);
  });

  it.each([
    ['nothing', '', 0, false],
    ['text', 'hello\nworld\n', 2, false],
    ['a line without its end', '00000000 {"kind":"ou', 0, true],
    ['a right sum over what is no JSON', signed('hello'), 1, false],
    ['an array', signed('[]'), 1, false],
    ['a line that is far too long', `${'x'.repeat(1e6)}\n`, 1, false],
    ['zeros, as after a power loss', '\0'.repeat(4096), 0, true],
  ])('is not made of %s', (_, text, corrupt, torn) => {
    expect(decodeSegment(Buffer.from(text))).toMatchObject({ entries: [], corrupt, torn });
  });

  it('of a later version is passed over, and is no damage', () => {
    const later = encodeEntry({ ...entry(outcome()), kind: 'verdict' } as unknown as LedgerEntry);

    expect(decodeSegment(Buffer.concat([later, ...lines]))).toMatchObject({ entries: some, corrupt: 0 });
  });

  it('without what its kind must have is passed over', () => {
    const { action: _, ...without } = entry(intent());

    expect(decodeSegment(encodeEntry(without as unknown as LedgerEntry)).entries).toEqual([]);
    expect(decodeSegment(encodeEntry({ ...entry(intent()), up: Number.NaN })).entries).toEqual([]);
  });
});

describe('a segment', () => {
  it('cut at any byte loses at most the line that was cut', () => {
    const ends = [0, ...lines.map((_, index) => lines.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0))];
    for (let length = 0; length <= segment.length; length += 1) {
      const whole = ends.filter((end) => end <= length).length - 1;
      const { entries, corrupt, torn } = decodeSegment(segment.subarray(0, length));

      expect(entries).toEqual(some.slice(0, whole));
      expect({ corrupt, torn }).toEqual({ corrupt: 0, torn: !ends.includes(length) });
    }
  });

  it('damaged anywhere never gives an entry that nobody wrote', () => {
    const known = some.map((one) => JSON.stringify(one));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(segment.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }), (hits) => {
        const damaged = Buffer.from(segment);
        for (const [at, byte] of hits) damaged[at] = byte;

        for (const one of decodeSegment(damaged).entries) expect(known).toContain(JSON.stringify(one));
      }),
    );
  });

  it.each([
    ['all that its head promised', 3, segment, true],
    ['less', 4, segment, false],
    ['damage among it', 3, Buffer.concat([...lines.slice(0, 2), Buffer.from('x\n'), ...lines.slice(2)]), false],
    ['damage behind it', 2, Buffer.concat([...lines.slice(0, 2), Buffer.from('x\n')]), true],
  ])('is complete with %s: %s', (_, carried, body, complete) => {
    const head = { kind: 'head', format: 1, seq: 7, incidents: 3, carried } as const;

    expect(decodeSegment(Buffer.concat([encodeHead(head), body]))).toMatchObject({ head, complete });
  });
});
