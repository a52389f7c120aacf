import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../lib/drain/objects.ts';
import { type PlacementFacts, placePods } from '../../lib/drain/placement.ts';
import { podRequests } from '../../lib/drain/resources.ts';

const owner = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 's', controller: true }];
const pod = (name: string, spec: Pod['spec'] = {}, cpu = '1'): Pod => ({
  metadata: { name, namespace: 'ns', ownerReferences: owner },
  spec: { containers: [{ name: 'app', resources: { requests: { cpu, memory: '1Gi' } } }], ...spec },
});
const node = (name: string, more: Partial<Node['spec']> = {}, labels: Record<string, string> = {}, cpu = '4'): Node => ({
  metadata: { name, labels },
  spec: more,
  status: { allocatable: { cpu, memory: '8Gi', pods: '3' }, conditions: [{ type: 'Ready', status: 'True' }] },
});
const facts = (nodes: readonly Node[], more: Partial<PlacementFacts> = {}): PlacementFacts => ({
  nodes: [node('old'), ...nodes],
  reserved: new Map(),
  leaving: new Set(['old']),
  claims: new Map(),
  volumes: new Map(),
  ...more,
});
const short = (pods: readonly Pod[], where: PlacementFacts) =>
  placePods(pods, where).map(({ pod: name, result, node: chosen, why }) => `${name} ${result} ${chosen ?? why ?? ''}`.trim());
const gpu = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };
const inZone = (zone: string) => ({
  nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }],
});

describe('placePods', () => {
  it('puts a pod on the emptiest node that takes it', () => {
    const where = facts([node('a'), node('b')], { reserved: new Map([['a', { cpu: 2, memory: 0, pods: 1 }]]) });

    expect(short([pod('p')], where)).toEqual(['ns/p fits b']);
  });

  it('counts what it has placed', () => {
    expect(short([pod('p', {}, '3'), pod('q', {}, '3')], facts([node('a')]))).toEqual([
      'ns/p fits a',
      'ns/q nowhere 0 of 1 other nodes: 1 too little cpu (needs 3, 1 free)',
    ]);
  });

  it('gives the room of one node to the pod that has no other', () => {
    const where = facts([node('a', {}, { zone: 'a' }, '2'), node('b', {}, { zone: 'b' }, '1')]);
    const tied = pod(
      'tied',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: inZone('a') } } },
      '2',
    );

    expect(short([pod('free', {}, '1'), tied], where)).toEqual(['ns/tied fits a', 'ns/free fits b']);
  });

  it.each<[string, Pod, readonly Node[], string]>([
    ['no other node', pod('p'), [], 'there is no other node'],
    ['a cordon', pod('p'), [node('a', { unschedulable: true })], '0 of 1 other nodes: 1 cordoned'],
    ['a taint', pod('p'), [node('a', { taints: [gpu] })], '0 of 1 other nodes: 1 taint gpu=yes:NoSchedule'],
    [
      'the node selector',
      pod('p', { nodeSelector: { disk: 'ssd' } }),
      [node('a'), node('b')],
      '0 of 2 other nodes: 2 node selector or affinity',
    ],
    [
      'memory',
      pod('p', { containers: [{ name: 'x', resources: { requests: { memory: '9Gi' } } }] }),
      [node('a')],
      '0 of 1 other nodes: 1 too little memory (needs 9 GiB, 8 GiB free)',
    ],
    [
      'a device',
      pod('p', { containers: [{ name: 'x', resources: { requests: { 'nvidia.com/gpu': 1 } } }] }),
      [node('a')],
      '0 of 1 other nodes: 1 too little nvidia.com/gpu (needs 1, 0 free)',
    ],
  ])('says why nothing fits: %s', (_, one, nodes, why) => {
    expect(placePods([one], facts(nodes))).toMatchObject([{ result: 'nowhere', why }]);
  });

  it('names the reasons of different nodes, and knows a node that is not ready', () => {
    const down = { ...node('down'), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } };

    expect(placePods([pod('p', {}, '5')], facts([node('a'), node('b'), down]))[0]?.why).toBe(
      '0 of 3 other nodes: 2 too little cpu (needs 5, 4 free), 1 not ready',
    );
  });

  it.each([
    ['exactly', { key: 'gpu', operator: 'Equal', value: 'yes', effect: 'NoSchedule' }, 'fits'],
    ['by key', { key: 'gpu', operator: 'Exists' }, 'fits'],
    ['everything', { operator: 'Exists' }, 'fits'],
    ['another value', { key: 'gpu', value: 'no' }, 'nowhere'],
    ['another effect', { key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, 'nowhere'],
  ])('knows tolerations: %s', (_, toleration, result) => {
    expect(placePods([pod('p', { tolerations: [toleration] })], facts([node('a', { taints: [gpu] })]))[0]?.result).toBe(result);
  });

  it('leaves a volume where it is', () => {
    const claims = new Map([['ns/data', { metadata: { name: 'data' }, spec: { volumeName: 'pv' } }]]);
    const local = { metadata: { name: 'pv' }, spec: { nodeAffinity: { required: inZone('b') } } };
    const zonal = { metadata: { name: 'pv', labels: { 'topology.kubernetes.io/zone': 'b__c' } } };
    const one = pod('p', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] });
    const nodes = [
      node('a', {}, { zone: 'a', 'topology.kubernetes.io/zone': 'a' }),
      node('b', {}, { zone: 'b', 'topology.kubernetes.io/zone': 'b' }),
    ];

    for (const volume of [local, zonal]) {
      expect(placePods([one], facts(nodes, { claims, volumes: new Map([['pv', volume]]) }))[0]?.node).toBe('b');
    }
    expect(placePods([one], facts(nodes.slice(0, 1), { claims, volumes: new Map([['pv', local]]) }))[0]?.why).toBe(
      '0 of 1 other nodes: 1 the volume of claim data is elsewhere',
    );
  });

  it('says what it did not look at, and what nobody makes anew', () => {
    const spread = pod('p', { topologySpreadConstraints: [{ whenUnsatisfiable: 'DoNotSchedule' }], schedulerName: 'mine' });
    const bare: Pod = { metadata: { name: 'bare', namespace: 'ns' } };
    const done: Pod = { ...pod('done'), status: { phase: 'Succeeded' } };
    const ending: Pod = { ...pod('e'), metadata: { ...pod('e').metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };

    expect(placePods([spread, bare, done, ending], facts([node('a')]))).toMatchObject([
      { pod: 'ns/p', result: 'fits', notJudged: ['topology spread', 'scheduler mine'] },
      { pod: 'ns/bare', result: 'lost' },
    ]);
  });
});

describe('podRequests', () => {
  it('takes the larger of what starts and what runs, sidecars in both', () => {
    const want = (cpu: string, more = {}) => ({ name: 'c', resources: { requests: { cpu } }, ...more });
    const spec = {
      initContainers: [want('3'), want('1', { restartPolicy: 'Always' }), want('1500m')],
      containers: [want('500m'), want('1')],
      overhead: { cpu: '250m' },
    };

    expect(podRequests({ metadata: { name: 'p' }, spec })).toEqual({ cpu: 3.25, pods: 1 });
    expect(podRequests({ metadata: { name: 'p' }, spec: { ...spec, initContainers: spec.initContainers.slice(1) } }).cpu).toBe(
      2.75,
    );
  });
});
