import { describe, expect, it } from 'vitest';
import { formatClaim, parseClaim, type SurgeClaim } from '../../../lib/drain/surge/claim.ts';

const claim: SurgeClaim = {
  run: 'r',
  by: 'root on web-1',
  nodes: ['a', 'b'],
  until: Date.parse('2026-01-02T03:04:05.000Z'),
  generation: 7,
  process: { host: 'h', boot: 'b', pid: 12, started: 99 },
  scale: { was: 2, set: 3 },
};
const rolled = { ...claim, scale: undefined, roll: { was: null, set: 's', maxUnavailable: '25%' } };
const text = (changes: object): string => JSON.stringify({ ...JSON.parse(formatClaim(claim)), ...changes });

describe('the claim of a surge', () => {
  it('is read as it was written', () => {
    const { scale: _, ...roll } = { ...claim, roll: { was: 'before', set: 's', maxUnavailable: 1, paused: true } } as const;

    expect(parseClaim(formatClaim(claim))).toEqual(claim);
    expect(parseClaim(formatClaim(roll))).toEqual(roll);
  });

  it('has no line breaks of somebody else in it', () => {
    expect(formatClaim({ ...claim, by: 'a\nb\u001b[2J' })).not.toContain('\\n');
  });

  it.each([
    ['nothing', undefined],
    ['empty', ''],
    ['no JSON', '{"run":'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '1e999'],
    ['without a run', text({ run: 1 })],
    ['a run as long as a book', text({ run: 'x'.repeat(501) })],
    ['nodes that are none', text({ nodes: [1] })],
    ['no nodes', text({ nodes: 'a' })],
    ['never', text({ until: 'tomorrow' })],
    ['a generation below zero', text({ generation: -1 })],
    ['half a pod', text({ scale: { was: 1.5, set: 2 } })],
    ['nothing that was changed', text({ scale: null })],
    ['both', text({ roll: { was: null, set: 's' } })],
    ['a stamp that is a number', text({ scale: null, roll: { was: null, set: 1 } })],
  ])('is none: %s', (_, found) => {
    expect(parseClaim(found)).toBeUndefined();
  });

  it.each([
    ['a process that is none', text({ process: { pid: 'x' } }), { ...claim, process: undefined }],
    [
      'a maxUnavailable that is none',
      JSON.stringify({ ...rolled, until: '2026-01-02T03:04:05Z', roll: { ...rolled.roll, maxUnavailable: {} } }),
      { ...rolled, roll: { was: null, set: 's' } },
    ],
  ])('does without %s', (_, found, left) => {
    expect(parseClaim(found)).toEqual(JSON.parse(JSON.stringify(left)));
  });
});
