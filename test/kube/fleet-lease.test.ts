import { describe, expect, it } from 'vitest';
import { countOf, labelValue, leaseBody, microTime, parseLeases } from '../../lib/kube/fleet-lease.ts';

describe('labelValue', () => {
  it.each([
    ['DockerHung', 'DockerHung'],
    ['', ''],
    ['eu-central-1a', 'eu-central-1a'],
    ['zone a/β', 'zone_a'],
    ['__x__', 'x'],
    ['-.-', ''],
    [`${'a'.repeat(62)}.b`, 'a'.repeat(62)],
    ['x'.repeat(300), 'x'.repeat(63)],
  ])('%j is %j', (text, expected) => {
    expect(labelValue(text)).toBe(expected);
    expect(expected).toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);
  });
});

describe('microTime', () => {
  it.each([
    [Date.parse('2026-01-01T00:00:00.007Z'), '2026-01-01T00:00:00.007000Z'],
    [-5, '1970-01-01T00:00:00.000000Z'],
    [1e300, '+275760-09-13T00:00:00.000000Z'],
  ])('%d is %s', (at, expected) => {
    expect(microTime(at)).toBe(expected);
  });
});

describe('parseLeases', () => {
  const own = { node: 'n', reason: 'DockerHung', zone: 'a', since: 1000, now: 5000, controlPlane: true, claim: 'drain' };

  it('reads what leaseBody writes', () => {
    const list = { kind: 'LeaseList', metadata: { continue: 'more' }, items: [leaseBody(own)] };

    expect(parseLeases(list)).toEqual({
      more: 'more',
      nodes: [{ node: 'n', reason: 'DockerHung', zone: 'a', since: 1000, seenAt: 5000, controlPlane: true, claim: 'drain' }],
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a Status', { kind: 'Status' }],
    ['a list of something else', { kind: 'PodList', items: [] }],
    ['items of another shape', { kind: 'LeaseList', items: 'x' }],
    ['text', '<html>'],
  ])('%s is no list', (_, body) => {
    expect(parseLeases(body)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['without a reason', { metadata: { name: 'n' }, spec: { renewTime: '2026-01-01T00:00:00Z' } }],
    ['never renewed', { metadata: { name: 'n', labels: { 'nodemend.io/reason': 'X' } }, spec: {} }],
    ['renewed at no time', { metadata: { name: 'n', labels: { 'nodemend.io/reason': 'X' } }, spec: { renewTime: 'soon' } }],
    ['of a number', 7],
  ])('leaves out a Lease that is %s', (_, item) => {
    expect(parseLeases({ kind: 'LeaseList', items: [item, leaseBody(own)] })?.nodes).toHaveLength(1);
  });
});

describe('countOf', () => {
  it.each<[unknown, unknown]>([
    [
      { kind: 'NodeList', metadata: { remainingItemCount: 9, continue: 'c' }, items: [{}] },
      { here: 1, remaining: 9, more: 'c' },
    ],
    [
      { kind: 'PartialObjectMetadataList', metadata: {}, items: [] },
      { here: 0, more: '' },
    ],
    [
      { kind: 'NodeList', metadata: { remainingItemCount: -1 }, items: [] },
      { here: 0, more: '' },
    ],
    [{ kind: 'Status' }, undefined],
    [null, undefined],
  ])('%j', (body, expected) => {
    expect(countOf(body)).toEqual(expected);
  });
});
