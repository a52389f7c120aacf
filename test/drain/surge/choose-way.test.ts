import { describe, expect, it } from 'vitest';
import { type Circumstances, chooseForStranger, chooseWay } from '../../../lib/drain/surge/choose-way.ts';
import type { Kind, Workload } from '../../../lib/drain/surge/workload.ts';

type Spec = NonNullable<Workload['spec']>;

const rolling = (maxSurge: number | string = '25%', maxUnavailable: number | string = '25%'): Spec => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});
const workload = (spec: Spec = {}, more: Partial<Workload> = {}): Workload => ({
  metadata: { name: 'web' },
  spec: { replicas: 3, ...rolling(), ...spec },
  ...more,
});
const budget = (spec: object, expectedPods = 3) => ({ metadata: { name: 'pdb' }, spec, status: { expectedPods } });
const claim = (...accessModes: string[]) => ({ metadata: { name: 'data' }, spec: { accessModes } });
const tolerant = (toleration: object): Spec => ({ template: { spec: { tolerations: [toleration] } } });

const table: readonly [string, Kind, Workload, Partial<Circumstances>, string, boolean][] = [
  ['one of three', 'Deployment', workload(), {}, 'scale', false],
  ['all of three', 'Deployment', workload(), { here: 3 }, 'roll', false],
  ['a single one', 'Deployment', workload({ replicas: 1 }), {}, 'roll', false],
  ['no number given', 'Deployment', { metadata: { name: 'web' }, spec: rolling() }, {}, 'roll', false],
  ['an autoscaler', 'Deployment', workload(), { autoscaler: 'hpa' }, 'roll', false],
  ['maxUnavailable 0 budget', 'Deployment', workload(), { budgets: [budget({ maxUnavailable: 0 })] }, 'roll', false],
  ['0% budget', 'Deployment', workload(), { budgets: [budget({ maxUnavailable: '0%' })] }, 'roll', false],
  ['100% budget', 'Deployment', workload(), { budgets: [budget({ minAvailable: '100%' })] }, 'roll', false],
  ['90% of 4 is all of them', 'Deployment', workload(), { budgets: [budget({ minAvailable: '90%' })] }, 'roll', false],
  ['minAvailable 3: a fourth lets one go', 'Deployment', workload(), { budgets: [budget({ minAvailable: 3 })] }, 'scale', false],
  ['minAvailable 4', 'Deployment', workload(), { budgets: [budget({ minAvailable: 4 })] }, 'roll', false],
  ['a budget that says nothing', 'Deployment', workload(), { budgets: [budget({})] }, 'scale', false],
  ['Recreate', 'Deployment', workload({ strategy: { type: 'Recreate' } }), {}, 'one-by-one', true],
  ['paused', 'Deployment', workload({ paused: true }), {}, 'one-by-one', true],
  ['maxSurge 0', 'Deployment', workload(rolling(0, 1)), {}, 'one-by-one', true],
  ['maxSurge 0%', 'Deployment', workload(rolling('0%', 1)), {}, 'one-by-one', true],
  ['1% of 3 is one', 'Deployment', workload(rolling('1%', 0)), {}, 'scale', false],
  ['ReadWriteOnce', 'Deployment', workload(), { claims: [claim('ReadWriteOnce')] }, 'one-by-one', true],
  ['ReadWriteOncePod', 'Deployment', workload(), { claims: [claim('ReadWriteOncePod')] }, 'one-by-one', true],
  ['ReadWriteMany', 'Deployment', workload(), { claims: [claim('ReadWriteOnce', 'ReadWriteMany')] }, 'scale', false],
  ['tolerates everything', 'Deployment', workload(tolerant({ operator: 'Exists' })), {}, 'one-by-one', true],
  [
    'tolerates a dead node',
    'Deployment',
    workload(tolerant({ key: 'node.kubernetes.io/unreachable', operator: 'Exists' })),
    {},
    'scale',
    false,
  ],
  ['deleted', 'Deployment', workload({}, { metadata: { name: 'web', deletionTimestamp: 'x' } }), {}, 'ordinary', false],
  ['a ReplicaSet', 'ReplicaSet', workload(), {}, 'scale', false],
  ['all of a ReplicaSet', 'ReplicaSet', workload(), { here: 3 }, 'scale', false],
  ['a ReplicaSet with an autoscaler', 'ReplicaSet', workload(), { autoscaler: 'hpa' }, 'one-by-one', true],
  ['a StatefulSet', 'StatefulSet', workload(), {}, 'one-by-one', true],
];

describe('chooseWay', () => {
  it.each(table)('%s', (_, kind, of, circumstances, way, gap) => {
    expect(chooseWay(kind, of, { here: 1, budgets: [], claims: [], ...circumstances })).toMatchObject({ way, gap });
  });

  it.each([
    ['OnDelete', { updateStrategy: { type: 'OnDelete' } }, 'it would come back in its new revision'],
    ['a partition', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, 'partition 2'],
  ])('says what %s of a half updated StatefulSet means', (_, spec, words) => {
    const status = { currentRevision: 'a', updateRevision: 'b' };
    const { why } = chooseWay('StatefulSet', workload(spec, { status }), { here: 1, budgets: [], claims: [] });

    expect(why).toContain(words);
    const same = { currentRevision: 'b', updateRevision: 'b' };
    expect(chooseWay('StatefulSet', workload(spec, { status: same }), { here: 1, budgets: [], claims: [] }).why).not.toContain(
      words,
    );
  });
});

describe('chooseForStranger', () => {
  it.each([
    ['Job', 'batch/v1', false],
    ['Job', 'example.com/v1', true],
    ['Rollout', 'argoproj.io/v1alpha1', true],
    ['ReplicationController', 'v1', true],
  ])('%s of %s', (kind, apiVersion, gap) => {
    expect(chooseForStranger({ kind, apiVersion, name: 'x' })).toMatchObject({ way: 'ordinary', gap });
  });
});
