import { describe, expect, it } from 'vitest';
import { parseNode } from '../../../lib/sources/cluster/node-object.ts';
import { parsePods } from '../../../lib/sources/cluster/node-pods.ts';
import { effectiveResources } from '../../../lib/sources/cluster/pod-resources.ts';
import { at, node, SERVER_NOW } from '../../fakes/cluster.ts';

const asks = (requests: object, more: object = {}) => ({ resources: { requests, limits: requests }, ...more });
const ALWAYS = { restartPolicy: 'Always' };

describe('effectiveResources', () => {
  it.each<[string, object, object]>([
    ['nothing', {}, {}],
    ['containers without requests', { containers: [{}, { resources: {} }, asks({})] }, {}],
    [
      'containers together',
      { containers: [asks({ cpu: '500m', memory: '1Gi' }), asks({ cpu: 2, memory: '512Mi' })] },
      { cpu: 2.5, memory: 1.5 * 2 ** 30 },
    ],
    [
      'the largest init container when it is more',
      { containers: [asks({ cpu: '1' })], initContainers: [asks({ cpu: '3' }), asks({ cpu: '2' })] },
      { cpu: 3 },
    ],
    ['the containers when they are more', { containers: [asks({ cpu: '4' })], initContainers: [asks({ cpu: '3' })] }, { cpu: 4 }],
    [
      'sidecars beside the containers',
      { containers: [asks({ cpu: '1' })], initContainers: [asks({ cpu: '1' }, ALWAYS)] },
      { cpu: 2 },
    ],
    [
      'sidecars beside the init containers after them',
      { containers: [asks({ cpu: '1' })], initContainers: [asks({ cpu: '1' }, ALWAYS), asks({ cpu: '5' })] },
      { cpu: 6 },
    ],
    [
      'no sidecar beside the init containers before it',
      { containers: [asks({ cpu: '1' })], initContainers: [asks({ cpu: '5' }), asks({ cpu: '1' }, ALWAYS)] },
      { cpu: 5 },
    ],
    [
      'the overhead of its runtime class',
      { containers: [asks({ cpu: '1' })], overhead: { cpu: '250m', memory: '120Mi' } },
      { cpu: 1.25, memory: 120 * 2 ** 20 },
    ],
    ['what the pod itself asks for', { containers: [asks({ cpu: '1' })], resources: { requests: { cpu: '3' } } }, { cpu: 3 }],
    [
      'quantities of every kind',
      { containers: [asks({ cpu: '0.1', memory: '128974848', bad: 'x', e: '1e3' })] },
      { cpu: 0.1, memory: 128974848, e: 1000 },
    ],
    ['nonsense', { containers: 'x', initContainers: [5, null], overhead: [] }, {}],
  ])('counts %s', (_case, spec, requests) => {
    expect(effectiveResources({ ...spec }, 'requests')).toEqual(requests);
  });

  it('adds overhead to a limit that is set, and none where there is no limit', () => {
    const spec = { containers: [{ resources: { limits: { cpu: '1' } } }], overhead: { cpu: '500m', memory: '1Gi' } };

    expect(effectiveResources(spec, 'limits')).toEqual({ cpu: 1.5 });
  });
});

describe('parsePods', () => {
  it('keeps what is judged', () => {
    const pod = {
      metadata: {
        namespace: 'kube-system',
        name: 'proxy',
        uid: 'u1',
        creationTimestamp: at(-10),
        deletionTimestamp: at(5),
        deletionGracePeriodSeconds: 30,
        annotations: { 'kubernetes.io/config.mirror': 'hash' },
        ownerReferences: [{ kind: 'Node', name: 'node-a' }],
        finalizers: ['x/y', 5],
        managedFields: [{ huge: true }],
      },
      spec: {
        containers: [
          { name: 'a', image: 'i', env: [{ name: 'PASSWORD', value: 'hunter2' }] },
          { name: 'b', image: 'j' },
        ],
      },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'a', restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff', message: 'm' } } }],
      },
    };

    expect(parsePods({ kind: 'PodList', items: [pod] })).toEqual([
      {
        namespace: 'kube-system',
        name: 'proxy',
        uid: 'u1',
        owner: 'Node/node-a',
        mirror: true,
        phase: 'Running',
        reason: '',
        createdAt: SERVER_NOW - 10_000,
        deletedAt: SERVER_NOW + 5000,
        gracePeriod: 30_000,
        finalizers: ['x/y'],
        containers: [
          { name: 'a', init: false, state: 'waiting', reason: 'CrashLoopBackOff', message: 'm', image: 'i', restarts: 2 },
          { name: 'b', init: false, state: 'unknown', reason: '', message: '', image: 'j', restarts: 0 },
        ],
        requests: {},
        limits: {},
      },
    ]);
  });

  it('is bounded', () => {
    expect(parsePods({ kind: 'PodList', items: Array.from({ length: 5000 }, () => ({})) })).toHaveLength(2000);
  });

  it.each([undefined, null, 5, 'x', [], {}, { kind: 'Status' }])('takes %j for no list', (body) => {
    expect(parsePods(body)).toBeUndefined();
  });
});

describe('parseNode', () => {
  it('keeps what is judged', () => {
    const answer = node();

    expect(parseNode(answer.kind === 'response' ? answer.body : undefined)).toEqual({
      name: 'node-a',
      uid: 'u',
      zone: '',
      createdAt: SERVER_NOW - 9_000_000,
      annotations: { a: 'b' },
      labels: {},
      unschedulable: true,
      taints: [{ key: 'k', value: '', effect: 'NoSchedule' }],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: '',
          heartbeatAt: SERVER_NOW - 60_000,
          transitionAt: SERVER_NOW - 900_000,
        },
      ],
      allocatable: { cpu: 2, memory: 4 * 2 ** 30 },
      capacity: { cpu: 2, memory: 4 * 2 ** 30 },
      systemUuid: 'S',
      machineId: 'M',
      kubeletVersion: 'v1.20.2',
      containerRuntimeVersion: 'docker://20.10.24',
    });
  });

  it.each([null, {}, { kind: 'NodeList' }, 'x'])('takes %j for no Node', (body) => {
    expect(parseNode(body)).toBeUndefined();
  });
});
