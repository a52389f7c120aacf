import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterPods } from '../../../agent/drain/cluster-pods.ts';
import { drainOptions } from '../../../agent/drain/command-line.ts';
import { drainNode } from '../../../agent/drain/drain-node.ts';
import type { DrainEvent } from '../../../agent/drain/events.ts';
import { evictionRequests } from '../../../agent/drain/eviction-requests.ts';
import { peopleApi } from '../../../agent/drain/people-api.ts';
import { fakeApi, type Reply, type Seen } from '../../fakes/kube-api.ts';
import { virtualClock } from '../../fakes/sim/clock.ts';
import { writeKubeconfig } from '../../kube/kubeconfig-files.ts';

type Condition = { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string };

interface Script {
  /** Resources of lifecycle.k8s.io/v1alpha1; undefined: the group is not served. */
  readonly resources?: readonly object[];
  /** What stands in the request after so many looks at it. */
  readonly conditions?: readonly Condition[];
  /** Looks until the pod has gone. */
  readonly gone?: number;
  readonly create?: Reply;
  readonly flags?: Readonly<Record<string, string>>;
  readonly interruptAt?: DrainEvent['event'];
}

const UID = '55fcee67-c0cb-409d-b610-c16d9d765b7b';
const GROUP = '/apis/lifecycle.k8s.io/v1alpha1';
const served = [
  { name: 'evictionrequests', kind: 'EvictionRequest' },
  { name: 'evictions', kind: 'Eviction' },
];
const ok = (body: unknown, status = 200): Reply => ({ status, body });
const pod = {
  metadata: {
    name: 'w',
    namespace: 'shop',
    uid: UID,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', controller: true }],
  },
  spec: { nodeName: 'n' },
  status: { phase: 'Running' },
};

/** A server with the alpha API of Kubernetes 1.37, and one pod. */
async function drain(script: Script) {
  const { resources = served, conditions = [], gone = Number.POSITIVE_INFINITY, create = ok({}, 201), flags = {} } = script;
  let looks = 0;
  const reply = (path: string, { method, body }: Seen): Reply => {
    const { pathname } = new URL(path, 'https://x');
    if (pathname === GROUP) return resources.length === 0 ? ok({ message: 'not found' }, 404) : ok({ resources });
    if (pathname === '/api/v1')
      return ok({ resources: [{ name: 'pods/eviction', kind: 'Eviction', group: 'policy', version: 'v1' }] });
    if (pathname === '/api/v1/pods') return ok({ items: looks > gone ? [] : [pod] });
    if (pathname.endsWith('/eviction')) {
      looks = gone + 1;
      return ok({}, 201);
    }
    if (pathname === '/api/v1/namespaces/shop/pods/w') return looks > gone ? ok({ message: 'gone' }, 404) : ok(pod);
    if (pathname === `${GROUP}/namespaces/shop/evictions`) {
      const responders = [{ name: 'acme.io/mover', message: 'copying 40 GB' }];
      return ok({
        items: [
          {
            metadata: { name: 'e' },
            spec: { target: { pod: { uid: UID } } },
            status: { targetResponders: [{ name: 'acme.io/mover', state: 'Active' }], responders },
          },
        ],
      });
    }
    if (method === 'POST') return body === '' ? ok({}, 400) : create;
    if (method === 'DELETE') return ok({});
    looks += 1;
    return ok({ metadata: { name: 'r' }, status: { conditions } });
  };
  const server = await fakeApi({ reply });
  onTestFinished(() => server.close());
  const clock = virtualClock();
  const real = await peopleApi([writeKubeconfig({ server: server.url })], {});
  const api: typeof real = (call) => clock.during(real(call));
  const events: DrainEvent[] = [];
  const interrupt = new AbortController();
  const tell = (event: DrainEvent) => {
    events.push(event);
    if (event.event === script.interruptAt) interrupt.abort();
  };
  const options = { ...drainOptions(flags, false), placement: 'off' as const };
  let report: Awaited<ReturnType<typeof drainNode>> | undefined;
  const context = { cluster: clusterPods(api), clock, options, tell, signal: interrupt.signal, requests: evictionRequests(api) };
  void drainNode(context, 'n', new Set(['n'])).then((all) => {
    report = all;
  });
  await clock.until(() => report !== undefined, 3_600_000);
  const writes = server.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
  const made = server.requests.find(({ method, path }) => method === 'POST' && path.includes('evictionrequests'));
  return { events, report, writes, made: made === undefined ? undefined : (JSON.parse(made.body) as unknown) };
}

const folder = `${GROUP}/namespaces/shop/evictionrequests`;
const asked = `POST ${folder}`;
const withdrawn = `DELETE ${folder}/nodemend-drain-${UID}`;

describe('drain --eviction-requests', () => {
  it('asks for the eviction as KEP-4563 has it, waits for the pod to leave, and takes the request away', async () => {
    const { made, report, writes } = await drain({ gone: 3 });

    expect(report).toMatchObject({ drained: true, pods: [{ pod: 'shop/w', result: 'left' }] });
    expect(writes).toEqual([asked, withdrawn]);
    expect(made).toEqual({
      apiVersion: 'lifecycle.k8s.io/v1alpha1',
      kind: 'EvictionRequest',
      metadata: { name: `nodemend-drain-${UID}`, namespace: 'shop' },
      spec: { requester: 'nodemend.io/drain', intent: 'Eviction', target: { pod: { name: 'w', uid: UID } } },
    });
  });

  it('says who is at it and what he says', async () => {
    const { events } = await drain({ gone: 10 });

    expect(events).toContainEqual(
      expect.objectContaining({
        event: 'waiting',
        pods: [{ pod: 'shop/w', why: 'its eviction is requested, acme.io/mover is responsible now: copying 40 GB' }],
      }),
    );
  });

  it.each([
    ['the group is not there', []],
    ['the resource is not there', [{ name: 'evictions', kind: 'Eviction' }]],
  ])('evicts as ever where %s, and says so', async (_, resources) => {
    const { events, report, writes } = await drain({ resources, gone: 0 });

    expect(report).toMatchObject({ drained: true });
    expect(writes).toEqual(['POST /api/v1/namespaces/shop/pods/w/eviction']);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'note', message: expect.stringContaining('EvictionRequestAPI') }),
    );
  });

  it.each([
    [
      'it is not valid',
      { conditions: [{ type: 'Failed', status: 'True', reason: 'EvictionInvalid', message: 'references a SchedulingGroup' }] },
      'EvictionInvalid: references a SchedulingGroup',
    ],
    ['nobody moves it', { conditions: [{ type: 'Failed', status: 'True', reason: 'NoFurtherResponder' }] }, 'NoFurtherResponder'],
    [
      'it may not be asked for',
      { create: ok({ message: 'must have permission to delete pods' }, 403) },
      'must have permission to delete pods',
    ],
    ['time is up', { flags: { timeout: '1m' } }, 'global timeout reached: 1m0s'],
  ] as const)('fails and withdraws where %s', async (_, script, words) => {
    const { report, writes } = await drain(script);

    expect(report).toMatchObject({ drained: false, error: expect.stringContaining(words) });
    expect(writes).toEqual([asked, withdrawn]);
  });

  it('goes on with the request of a drain that was interrupted', async () => {
    const { report } = await drain({ create: ok({ message: 'already exists' }, 409), gone: 2 });

    expect(report).toMatchObject({ drained: true });
  });

  it('withdraws on Ctrl-C', async () => {
    const { report, writes } = await drain({ interruptAt: 'waiting' });

    expect(report).toMatchObject({ drained: false, error: 'interrupted' });
    expect(writes).toEqual([asked, withdrawn]);
  });

  it('asks admission alone in a server dry run', async () => {
    const { report, writes } = await drain({ flags: { 'dry-run': 'server' } });

    expect(report).toMatchObject({ drained: true });
    expect(writes).toEqual([`${asked}?dryRun=All`]);
  });
});
