import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/model/finding.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { candidatesOf, causeAmong } from '../../lib/policy/candidates.ts';
import { faultOf } from '../fakes/faults.ts';

const standing = (type: string, state: Standing['state'] = 'active', details: Partial<Fault> = {}): Standing => {
  const fault = faultOf(type, 'Some', details);
  return { identity: type, check: 'some', fault, state, since: 0, stood: 0, gone: 0 };
};

const pleg = standing('PLEGUnhealthy');
const runtime = standing('ContainerRuntimeUnhealthy');
const clearing = standing('ContainerRuntimeUnhealthy', 'clearing');
const suspected = standing('ContainerRuntimeUnhealthy', 'suspected');

describe('causeAmong', () => {
  it.each<[string, readonly Standing[], Standing | undefined]>([
    ['what explains it', [pleg, runtime], runtime],
    ['also what is only suspected', [pleg, suspected], suspected],
    ['not what seems to be over', [pleg, clearing], undefined],
    ['nothing of what has nothing to do with it', [pleg, standing('PodStuck')], undefined],
    ['nothing of itself', [pleg], undefined],
  ])('is %s', (_, standings, cause) => {
    expect(causeAmong(standings, pleg)).toBe(cause);
  });
});

describe('candidatesOf', () => {
  const summary = (standings: readonly Standing[]) =>
    candidatesOf(standings).map(({ standing: one, cause }) => [one.identity, cause?.identity]);

  it('are causes before what they explain', () => {
    expect(summary([pleg, runtime])).toEqual([
      ['ContainerRuntimeUnhealthy', undefined],
      ['PLEGUnhealthy', 'ContainerRuntimeUnhealthy'],
    ]);
  });

  it('are not what seems to be over, and it explains nothing any more', () => {
    expect(summary([pleg, clearing])).toEqual([['PLEGUnhealthy', undefined]]);
  });

  it('are the worst first', () => {
    expect(summary([standing('PodStuck', 'active', { severity: 'warning' }), standing('ClockUnsynchronized')])).toEqual([
      ['ClockUnsynchronized', undefined],
      ['PodStuck', undefined],
    ]);
  });

  it('are none where there is nothing', () => {
    expect(candidatesOf([])).toEqual([]);
  });
});
