import { STAMP } from '../../../lib/drain/surge/patches.ts';
import { fenceposts, replicasOf } from '../../../lib/drain/surge/workload.ts';
import { addPod, bump, isGoing, isReadyAt, readyPods, takeAway, type World, type WorldPod, type WorldSet } from './state.ts';

/** What a controller's cache shows: the past. */
function seen(world: World, set: WorldSet): readonly WorldPod[] {
  const then = world.now() - (world.options.lag ?? 0);
  return world.pods.filter(
    ({ owner, created, deleted }) => owner === set.uid && created <= then && (deleted === undefined || deleted > then),
  );
}

/** As controller.ActivePodsWithRanks: without a node, not ready, ready for the shorter time, younger; those first. */
function mostExpendable(world: World, pods: readonly WorldPod[]): readonly WorldPod[] {
  const then = world.now() - (world.options.lag ?? 0);
  const since = (pod: WorldPod) => pod.readiness.findLast(({ at }) => at <= then)?.at ?? 0;
  const rank = (pod: WorldPod) =>
    [pod.node === undefined ? 0 : 1, isReadyAt(pod, then) ? 1 : 0, -since(pod), -pod.created] as const;
  return pods.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    const at = x.findIndex((value, index) => value !== y[index]);
    return at < 0 ? 0 : (x[at] ?? 0) - (y[at] ?? 0);
  });
}

function syncReplicaSet(world: World, set: WorldSet): void {
  const pods = seen(world, set);
  const then = world.now() - (world.options.lag ?? 0);
  const ready = pods.filter((pod) => isReadyAt(pod, then)).length;
  set.status = { replicas: pods.length, ready, available: ready };
  if (world.now() - (world.options.lag ?? 0) < set.expects) return;
  const surplus = pods.length - set.replicas;
  for (let missing = surplus; missing < 0; missing += 1) addPod(world, set, `web-${world.made}`);
  for (const pod of mostExpendable(world, pods).slice(0, Math.max(0, surplus))) {
    if (!isGoing(pod)) takeAway(world, pod, set.kind, replicasOf(world.workload));
  }
  if (surplus !== 0) set.expects = world.now();
}

function syncStatefulSet(world: World, set: WorldSet): void {
  set.replicas = replicasOf(world.workload);
  for (let ordinal = 0; ordinal < set.replicas; ordinal += 1) {
    if (!world.pods.some(({ name }) => name === `web-${ordinal}`)) addPod(world, set, `web-${ordinal}`);
  }
  const ready = readyPods(world).length;
  set.status = { replicas: world.pods.filter((pod) => !isGoing(pod)).length, ready, available: ready };
}

function newSet(world: World): WorldSet {
  const stamp = world.workload.spec?.template?.metadata?.annotations?.[STAMP] ?? '';
  const found = world.sets.find((set) => set.stamp === stamp);
  if (found !== undefined) return found;
  const uid = `set-${world.sets.length + 1}`;
  const made: WorldSet = {
    kind: 'ReplicaSet',
    name: `web-${uid}`,
    uid,
    above: world.workload.metadata.uid,
    stamp,
    replicas: 0,
    status: { replicas: 0, ready: 0, available: 0 },
    annotations: {},
    expects: 0,
  };
  world.sets.push(made);
  return made;
}

function roll(world: World, current: WorldSet, old: readonly WorldSet[]): void {
  const wanted = replicasOf(world.workload);
  const { surge, unavailable } = fenceposts(world.workload);
  const total = () => world.sets.reduce((sum, { replicas }) => sum + replicas, 0);
  const room = wanted + surge - total();
  if (current.replicas < wanted && room > 0) current.replicas += Math.min(room, wanted - current.replicas);
  const least = wanted - unavailable;
  let mayGo = total() - least - (current.replicas - current.status.available);
  for (const set of old) {
    // Unhealthy ones first: they cost nothing.
    const idle = Math.max(0, Math.min(set.replicas - set.status.available, mayGo));
    set.replicas -= idle;
    mayGo -= idle;
  }
  let spare = world.sets.reduce((sum, { status }) => sum + status.available, 0) - least;
  for (const set of old) {
    const go = Math.max(0, Math.min(set.replicas, spare, mayGo));
    set.replicas -= go;
    spare -= go;
    mayGo -= go;
  }
}

function syncDeployment(world: World): void {
  const { workload } = world;
  const current = newSet(world);
  for (const set of world.sets) Object.assign(set.annotations, set === current ? workload.metadata.annotations : {});
  const old = world.sets.filter((set) => set !== current && set.replicas > 0);
  if (old.length === 0) current.replicas = replicasOf(workload);
  else if (workload.spec?.paused !== true) roll(world, current, old);
  const sum = (of: (set: WorldSet) => number) => world.sets.reduce((all, set) => all + of(set), 0);
  const status = {
    observedGeneration: workload.metadata.generation ?? 0,
    replicas: sum((set) => set.status.replicas),
    updatedReplicas: current.status.replicas,
    readyReplicas: sum((set) => set.status.ready),
    availableReplicas: sum((set) => set.status.available),
  };
  if (JSON.stringify(status) !== JSON.stringify(workload.status)) bump(workload.metadata);
  workload.status = status;
}

function syncAlone(world: World, set: WorldSet): void {
  const { workload } = world;
  set.replicas = replicasOf(workload);
  const { replicas, ready, available } = set.status;
  workload.status = {
    observedGeneration: workload.metadata.generation ?? 0,
    replicas,
    readyReplicas: ready,
    availableReplicas: available,
  };
}

function syncNodes(world: World): void {
  const now = world.now();
  const { startTime = 3000, grace = 2000, full = false, nodes } = world.options;
  for (const pod of world.pods) {
    const open = nodes.filter((name) => !world.cordoned.has(name));
    if (pod.node === undefined && !isGoing(pod) && !full && open.length > 0) {
      pod.node = open[world.made % open.length];
      pod.starts = now + startTime;
    }
    if (pod.starts <= now && !isGoing(pod) && !pod.broken) {
      pod.starts = Number.POSITIVE_INFINITY;
      pod.readiness.push({ at: now, ready: true });
    }
  }
  for (let at = world.pods.length - 1; at >= 0; at -= 1) {
    const { deleted } = world.pods[at] ?? {};
    if (deleted !== undefined && deleted + grace <= now) world.pods.splice(at, 1);
  }
  world.least = Math.min(world.least, readyPods(world).length);
}

/** A moment: everybody looks at what he sees and does what he does. */
export function tick(world: World): void {
  syncNodes(world);
  const { kind = 'Deployment' } = world.options;
  if (kind === 'Deployment') syncDeployment(world);
  for (const set of world.sets) {
    if (kind !== 'Deployment') syncAlone(world, set);
    if (set.kind === 'StatefulSet') syncStatefulSet(world, set);
    else syncReplicaSet(world, set);
  }
}
