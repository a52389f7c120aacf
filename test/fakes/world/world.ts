import type { ClusterPods } from '../../../agent/drain/cluster-pods.ts';
import type { ClusterWorkloads } from '../../../agent/drain/surge/cluster-workloads.ts';
import type { Outcome } from '../../../lib/drain/failure.ts';
import type { Budget, Node } from '../../../lib/drain/objects.ts';
import { neverAllowsOneMore } from '../../../lib/drain/surge/budget-room.ts';
import { SURGE } from '../../../lib/drain/surge/claim.ts';
import type { Workload } from '../../../lib/drain/surge/workload.ts';
import type { VirtualClock } from '../sim/clock.ts';
import { tick } from './controllers.ts';
import { addPod, bump, isGoing, type Mutable, podObject, readyPods, takeAway, type World, type WorldOptions } from './state.ts';

const ok = <Value>(value: Value): Outcome<Value> => ({ ok: true, value });
const fail = (code: number, message: string, causes: { reason: string; message: string }[] = []): Outcome<never> => ({
  ok: false,
  failure: { code, reason: '', message, causes },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strategic merge, as far as maps go. */
function merge(target: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else if (isObject(value)) {
      if (!isObject(target[key])) target[key] = {};
      merge(target[key] as Record<string, unknown>, value);
    } else target[key] = value;
  }
}

export function createWorld(clock: VirtualClock, options: WorldOptions): World {
  const { kind = 'Deployment', replicas, placed, maxSurge = '25%', maxUnavailable = '25%', strategy = 'RollingUpdate' } = options;
  const workload: Mutable<Workload> = {
    metadata: { name: 'web', namespace: 'shop', uid: 'workload', resourceVersion: '1', generation: 1, annotations: {} },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      paused: options.paused === true,
      strategy: strategy === 'Recreate' ? { type: strategy } : { type: strategy, rollingUpdate: { maxSurge, maxUnavailable } },
      template: { metadata: { annotations: {} }, spec: {} },
    },
    status: {},
  };
  const budgets: Budget[] =
    options.budget === undefined
      ? []
      : [
          {
            metadata: { name: 'web', namespace: 'shop' },
            spec: { selector: { matchLabels: { app: 'web' } }, ...options.budget },
          },
        ];
  const world: World = {
    options,
    workload,
    sets: [],
    pods: [],
    cordoned: new Set(),
    budgets,
    now: () => clock.now(),
    losses: [],
    least: Number.POSITIVE_INFINITY,
    made: 0,
  };
  const name = kind === 'Deployment' ? 'web-set-1' : 'web';
  const [uid, above] = kind === 'Deployment' ? ['set-1', 'workload'] : ['workload', undefined];
  const status = { replicas: 0, ready: 0, available: 0 };
  const set = {
    kind: kind === 'StatefulSet' ? 'StatefulSet' : 'ReplicaSet',
    name,
    uid,
    above,
    stamp: '',
    replicas,
    status,
    annotations: {},
    expects: 0,
  } as const;
  const first = { ...set, status: { ...status } };
  world.sets.push(first);
  for (let at = 0; at < replicas; at += 1) addPod(world, first, `web-${at}`, placed[at % placed.length]);
  void (async () => {
    for (;;) {
      tick(world);
      await clock.sleep(250);
    }
  })();
  return world;
}

/** A workload whose controllers are behind; a client that can be killed. */
export interface Client {
  readonly cluster: ClusterPods;
  readonly workloads: ClusterWorkloads;
  /** Answers that were given. */
  calls(): number;
}

function disruptionsAllowed(world: World, budget: Budget): number {
  const expected = world.pods.filter((pod) => !isGoing(pod)).length;
  const share = (value: number | string) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * expected);
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const least = maxUnavailable === undefined ? share(minAvailable ?? 0) : expected - share(maxUnavailable);
  return readyPods(world).length - least;
}

/** The API server; `dies`: after so many answers nobody hears any more, as if the program had been killed. */
export function clientOf(world: World, { dies = Number.POSITIVE_INFINITY }: { dies?: number } = {}): Client {
  let calls = 0;
  const answer = async <Value>(make: () => Outcome<Value>): Promise<Outcome<Value>> => {
    calls += 1;
    if (calls > dies) return await new Promise<never>(() => undefined);
    return make();
  };
  const kind = world.options.kind ?? 'Deployment';
  const node = (name: string): Node => ({ metadata: { name }, spec: { unschedulable: world.cordoned.has(name) } });
  const find = (name: string) => world.pods.find((pod) => pod.name === name);
  const setObject = (set: (typeof world.sets)[number]): Workload => ({
    metadata: {
      name: set.name,
      namespace: 'shop',
      uid: set.uid,
      annotations: { ...set.annotations },
      ...(set.above === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: set.above, controller: true }] }),
    },
  });
  const snapshot = () => structuredClone(world.workload) as Workload;
  const workloads: ClusterWorkloads = {
    workload: (of, _, name) =>
      answer(() => {
        if (of === kind && name === 'web') return ok(snapshot());
        const set = world.sets.find((one) => one.name === name);
        return set === undefined ? fail(404, 'not found') : ok(setObject(set));
      }),
    patch: (ref, patch, dryRun) =>
      answer(() => {
        const change = structuredClone(patch) as { metadata: Record<string, unknown>; spec?: Record<string, unknown> };
        if (ref.kind !== kind) {
          const set = world.sets.find(({ name }) => name === ref.name);
          if (set !== undefined) merge(set.annotations, change.metadata.annotations as Record<string, unknown>);
          return ok(snapshot());
        }
        const { resourceVersion } = change.metadata;
        if (resourceVersion !== world.workload.metadata.resourceVersion) return fail(409, 'the object has been modified');
        if (dryRun) return ok(snapshot());
        const before = JSON.stringify(world.workload.spec);
        merge(world.workload as unknown as Record<string, unknown>, change);
        bump(world.workload.metadata);
        if (JSON.stringify(world.workload.spec) !== before)
          world.workload.metadata.generation = (world.workload.metadata.generation ?? 0) + 1;
        return ok(snapshot());
      }),
    pods: () => answer(() => ok(world.pods.map((pod) => podObject(world, pod)))),
    replicaSets: () => answer(() => ok(world.sets.map(setObject))),
    autoscalers: () =>
      answer(() =>
        ok(
          world.options.autoscaler === true
            ? [{ metadata: { name: 'web' }, spec: { scaleTargetRef: { kind, name: 'web' } } }]
            : [],
        ),
      ),
    marked: (of) =>
      answer(() => {
        const sets = of === 'ReplicaSet' ? world.sets.map((set) => setObject(set).metadata) : [];
        const own = snapshot().metadata;
        return ok(of === kind ? [own].filter(({ labels }) => labels?.[SURGE] !== undefined) : sets);
      }),
  };
  const cluster: ClusterPods = {
    node: (name) => answer(() => ok(node(name))),
    nodes: () => answer(() => ok(world.options.nodes.map(node))),
    patchNode: (name, patch) =>
      answer(() => {
        const { spec } = patch as { spec: { unschedulable: boolean | null } };
        if (spec.unschedulable === true) world.cordoned.add(name);
        else world.cordoned.delete(name);
        return ok(node(name));
      }),
    podsOf: (name) => answer(() => ok(world.pods.filter((pod) => pod.node === name).map((pod) => podObject(world, pod)))),
    present: (name) =>
      answer(() => ok(world.pods.filter((pod) => pod.node === name).map((pod) => podObject(world, pod).metadata))),
    pod: (_, name) =>
      answer(() => {
        const pod = find(name);
        return pod === undefined ? fail(404, 'not found') : ok(podObject(world, pod));
      }),
    daemonSet: () => answer(() => fail(404, 'not found')),
    evictionVersion: () => answer(() => ok('v1' as const)),
    evict: (asked) =>
      answer(() => {
        const pod = find(asked.metadata.name);
        if (pod === undefined) return fail(404, 'not found');
        if (pod.uid !== asked.metadata.uid) return fail(409, 'the UID in the precondition does not match');
        const held = world.budgets.find((budget) => disruptionsAllowed(world, budget) <= 0 || neverAllowsOneMore(budget));
        const message = `The disruption budget ${held?.metadata.name} needs all of them`;
        if (held !== undefined) return fail(429, 'Cannot evict pod', [{ reason: 'DisruptionBudget', message }]);
        takeAway(world, pod, 'eviction', world.options.replicas);
        return ok({});
      }),
    remove: () => answer(() => fail(403, 'nobody deletes here')),
    budgets: () => answer(() => ok(world.budgets.map((budget) => ({ ...budget, status: { expectedPods: world.pods.length } })))),
    countPods: () => answer(() => ok(world.pods.length)),
    eachPod: () => answer(() => ok(undefined)),
    claim: () => answer(() => fail(404, 'not found')),
    volume: () => answer(() => fail(404, 'not found')),
  };
  return { cluster, workloads, calls: () => calls };
}
