import type { FailoverReport, SpanSeconds } from '../../agent/output/failover-report.ts';
import type { Seen } from './watch.ts';

/** One stage: what was foretold, and what happened, in seconds after the last heartbeat. `null`: never. */
export interface Row {
  readonly stage: string;
  readonly foretold: SpanSeconds | null;
  readonly seen: number | null;
}

/** Distance from the middle of what was foretold, and the most it may be: 20 % or 5 s. */
export function errorOf({ foretold, seen }: Row): { readonly seconds: number; readonly allowed: number } | null {
  if (foretold === null || seen === null) return null;
  const middle = (foretold.earliestSeconds + foretold.latestSeconds) / 2;
  return { seconds: seen - middle, allowed: Math.max(5, middle * 0.2) };
}

export function isGood(row: Row): boolean {
  const error = errorOf(row);
  if (error === null) return row.foretold === null && row.seen === null;
  return Math.abs(error.seconds) <= error.allowed;
}

/** The last sign of life that the API server got: a renewed Lease, or a status with a new heartbeat. */
export function lastHeartbeat(seen: readonly Seen[], node: string, until: number): number {
  let [last, previous] = [0, new Map<string, string>()];
  for (const { at, object } of seen) {
    if (object.metadata.name !== node || at > until) continue;
    const ready = object.status?.conditions?.find(({ type }) => type === 'Ready');
    const beat = object.kind === 'Lease' ? object.spec?.renewTime : ready?.lastHeartbeatTime;
    if (beat === undefined || previous.get(object.kind) === beat) continue;
    // What stood there before the watch began was not said now.
    if (previous.has(object.kind)) last = at;
    previous = previous.set(object.kind, beat);
  }
  return last;
}

const isNode = ({ object }: Seen): boolean => object.kind === 'Node';
const isPod = ({ object }: Seen): boolean => object.kind === 'Pod';

function nodeRows(report: FailoverReport, after: readonly Seen[], start: number): Row[] {
  const at = (hit: Seen | undefined) => (hit === undefined ? null : (hit.at - start) / 1000);
  const stage = (name: string) => report.timeline.find((one) => one.stage === name) ?? null;
  const conditionIs = ({ object }: Seen, type: string, status: string) =>
    object.status?.conditions?.some((one) => one.type === type && one.status === status) === true;
  const unknown = after.find((one) => isNode(one) && conditionIs(one, 'Ready', 'Unknown'));
  const tainted = after.find(
    (one) =>
      isNode(one) &&
      one.object.spec?.taints?.some(({ key, effect }) => effect === 'NoExecute' && key.endsWith('/unreachable')) === true,
  );
  const ours = new Set(report.pods?.map(({ name }) => name));
  const unready = after.find((one) => isPod(one) && ours.has(one.object.metadata.name) && conditionIs(one, 'Ready', 'False'));
  return [
    { stage: 'node Unknown', foretold: stage('node-unknown'), seen: at(unknown) },
    { stage: 'pods not ready', foretold: stage('node-unknown'), seen: at(unready) },
    { stage: 'NoExecute taint', foretold: stage('node-tainted'), seen: at(tainted) },
  ];
}

type Pod = NonNullable<FailoverReport['pods']>[number];

/** A new pod of the same owner; two of one Deployment each have one, in the order of their making. */
function replacements(pod: Pod, pods: readonly Pod[], all: readonly Seen[], after: readonly Seen[]): readonly Seen[] {
  const old = all.find((one) => isPod(one) && one.object.metadata.name === pod.name)?.object.metadata;
  const owner = old?.ownerReferences?.[0]?.uid;
  const known = new Set(pods.map(({ name }) => name));
  return after.filter(
    (one) =>
      isPod(one) &&
      one.type === 'ADDED' &&
      // A StatefulSet's and a bare pod's successor has the old name, and another UID.
      (known.has(one.object.metadata.name)
        ? one.object.metadata.uid !== old?.uid && one.object.metadata.name === pod.name
        : true) &&
      (owner === undefined
        ? one.object.metadata.name === pod.name
        : one.object.metadata.ownerReferences?.some(({ uid }) => uid === owner) === true),
  );
}

function podRows(report: FailoverReport, all: readonly Seen[], after: readonly Seen[], start: number): Row[] {
  const pods = (report.pods ?? []).filter(({ name }) => name.startsWith('fo-'));
  const used = new Set<Seen>();
  return pods.flatMap((pod) => {
    const deleted = after.find(
      ({ object, type }) =>
        object.kind === 'Pod' &&
        object.metadata.name === pod.name &&
        (object.metadata.deletionTimestamp !== undefined || type === 'DELETED'),
    );
    const next = replacements(pod, pods, all, after).find((one) => !used.has(one));
    if (next !== undefined) used.add(next);
    const at = (hit: Seen | undefined) => (hit === undefined ? null : (hit.at - start) / 1000);
    const label = pod.controller.above?.split('/')[0] ?? pod.controller.kind;
    const name = pod.name.replace(/^(fo-[a-z]+).*/, '$1');
    return [
      { stage: `${label} ${name}: deleted`, foretold: pod.deletion.at, seen: at(deleted) },
      { stage: `${label} ${name}: replaced`, foretold: pod.replacement.at, seen: at(next) },
    ];
  });
}

/** Every stage of the report against what was watched since the kubelet was killed. */
export function compare(report: FailoverReport, all: readonly Seen[], start: number, killedAt: number): readonly Row[] {
  const after = all.filter(({ at }) => at > killedAt);
  return [...nodeRows(report, after, start), ...podRows(report, all, after, start)];
}
