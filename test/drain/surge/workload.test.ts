import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../lib/drain/objects.ts';
import { isAvailable, laggard } from '../../../lib/drain/surge/headcount.ts';
import { rolloutState } from '../../../lib/drain/surge/rollout.ts';
import { selectorText } from '../../../lib/drain/surge/selector-text.ts';
import { fenceposts, unsettled, type Workload } from '../../../lib/drain/surge/workload.ts';

const deployment = (replicas: number, maxSurge: unknown, maxUnavailable: unknown): Workload => ({
  metadata: { name: 'web' },
  spec: { replicas, strategy: { rollingUpdate: { maxSurge, maxUnavailable } as { maxSurge: number } } },
});

describe('fenceposts', () => {
  it.each([
    [1, '25%', '25%', 1, 0],
    [2, '25%', '25%', 1, 0],
    [4, '25%', '25%', 1, 1],
    [5, '25%', '25%', 2, 1],
    [5, 1, 0, 1, 0],
    [5, 0, 2, 0, 2],
    // The Deployment controller's own rule: never both 0.
    [1, 0, '25%', 0, 1],
    [3, undefined, undefined, 0, 1],
    [3, 'many', 'few', 0, 1],
  ])('%i replicas, %s, %s: %i above, %i below', (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
    expect(fenceposts(deployment(replicas, maxSurge, maxUnavailable))).toEqual({ surge, unavailable });
  });
});

const seen = (status: NonNullable<Workload['status']>, generation = 2): Workload => ({
  metadata: { name: 'web', generation },
  spec: { replicas: 3 },
  status: { observedGeneration: 2, ...status },
});

describe('unsettled, rolloutState', () => {
  it.each([
    ['settled', seen({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 }), undefined],
    [
      'not seen yet',
      seen({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 }, 3),
      'its controller has not seen its last change yet',
    ],
    [
      'old pods are left',
      seen({ replicas: 4, updatedReplicas: 3, availableReplicas: 4 }),
      'a rollout is under way: 3 of 4 pods are of its present template',
    ],
    // 0 of 0 is no success: what safe-drain takes for one.
    ['no pods yet', seen({ replicas: 0, updatedReplicas: 0 }), 'it has 0 of 3 pods'],
    ['no status', { metadata: { name: 'web', generation: 1 } }, 'its controller has not seen its last change yet'],
  ])('%s', (_, workload, missing) => {
    expect(unsettled('Deployment', workload)).toBe(missing);
    expect(rolloutState(workload).missing).toBe(missing);
  });

  it('waits for pods that are there and not available', () => {
    expect(rolloutState(seen({ replicas: 3, updatedReplicas: 3, availableReplicas: 2 })).missing).toBe(
      '2 of 3 pods are available',
    );
  });

  it('takes no marks for the time before the rollout', () => {
    const before = rolloutState(seen({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 }, 3)).score;
    expect(before).toBeLessThan(rolloutState(seen({ replicas: 4, updatedReplicas: 1, availableReplicas: 3 })).score);
  });
});

describe('headcount', () => {
  const ready = (lastTransitionTime?: string, more: Partial<Pod> = {}): Pod => ({
    metadata: { name: 'web-1' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }],
    },
    ...more,
  });
  const now = Date.parse('2026-01-01T00:01:00Z');

  it.each([
    ['ready', ready(), 0, true],
    ['ready long enough', ready('2026-01-01T00:00:00Z'), 60, true],
    ['ready not long enough', ready('2026-01-01T00:00:01Z'), 60, false],
    ['ready since when?', ready(), 60, false],
    ['going', ready(undefined, { metadata: { name: 'x', deletionTimestamp: 'x' } }), 0, false],
    [
      'ended',
      { metadata: { name: 'x' }, status: { phase: 'Failed', conditions: [{ type: 'Ready', status: 'True' }] } },
      0,
      false,
    ],
    ['nothing known', { metadata: { name: 'x' } }, 0, false],
  ] as const)('%s', (_, pod, minReadySeconds, is) => {
    expect(isAvailable(pod, minReadySeconds, now)).toBe(is);
  });

  it.each([
    [{ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }] }, 'pod p cannot be scheduled: 0/3 nodes'],
    [
      { containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } }] },
      'pod p waits: ImagePullBackOff, no such image',
    ],
    [{ phase: 'Running' }, 'pod p runs and is not ready yet'],
    [{}, 'pod p is Pending'],
  ])('says what keeps a pod: %j', (status, words) => {
    expect(laggard([ready(), { metadata: { name: 'p' }, status }], 0, now)).toBe(words);
  });

  it('says nothing where all are available', () => {
    expect(laggard([ready()], 0, now)).toBeUndefined();
  });
});

describe('selectorText', () => {
  it('writes a selector as a query has it', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
      { key: 'new', operator: 'Exists' },
      { key: 'zone', operator: 'NotIn', values: ['x'] },
    ];
    expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe('app=web,tier in (a,b),!old,new,zone notin (x)');
    expect(selectorText({})).toBe('');
  });
});
