import { formatBytes } from '../model/quantity.ts';
import { nodeRefusal, type Volumes } from './node-fit.ts';
import { controllerOf, isFinished, isTerminating, type Node, type Pod, podName } from './objects.ts';
import { type Amounts, allocatableOf, plus, podRequests, type Shortage, shortagesOf } from './resources.ts';

export interface PlacementFacts extends Volumes {
  readonly nodes: readonly Node[];
  /** Node → what its pods have reserved, `pods` being their number. */
  readonly reserved: ReadonlyMap<string, Amounts>;
  /** Nodes that are emptied, too: nothing goes there. */
  readonly leaving: ReadonlySet<string>;
}

export interface Placement {
  readonly pod: string;
  /** `lost`: no controller makes it anew. */
  readonly result: 'fits' | 'nowhere' | 'lost';
  readonly node?: string;
  readonly why?: string;
  /** What of its constraints was not looked at. */
  readonly notJudged: readonly string[];
}

function notJudged({ spec }: Pod): readonly string[] {
  const { affinity, topologySpreadConstraints = [], resourceClaims = [], schedulerName = 'default-scheduler' } = spec ?? {};
  const required = 'requiredDuringSchedulingIgnoredDuringExecution' as const;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const present: readonly (readonly [boolean, string])[] = [
    [(affinity?.podAffinity?.[required]?.length ?? 0) > 0, 'pod affinity'],
    [(affinity?.podAntiAffinity?.[required]?.length ?? 0) > 0, 'pod anti-affinity'],
    [topologySpreadConstraints.some(({ whenUnsatisfiable }) => whenUnsatisfiable !== 'ScheduleAnyway'), 'topology spread'],
    [resourceClaims.length > 0, 'resource claims'],
    [containers.some(({ ports = [] }) => ports.some(({ hostPort = 0 }) => hostPort > 0)), 'host ports'],
    [schedulerName !== 'default-scheduler', `scheduler ${schedulerName}`],
  ];
  return present.filter(([is]) => is).map(([, what]) => what);
}

const amount = (resource: string, value: number): string =>
  /memory|storage|hugepages/.test(resource) ? formatBytes(Math.max(0, value)) : String(Number(Math.max(0, value).toFixed(3)));

function shortageInWords(shortages: readonly Shortage[]): string {
  const [first] = shortages;
  if (first === undefined) return '';
  if (first.resource === 'pods') return 'too many pods';
  return `too little ${first.resource} (needs ${amount(first.resource, first.needs)}, ${amount(first.resource, first.free)} free)`;
}

/** `2 cordoned, 1 taint dedicated=gpu:NoSchedule`: the most frequent first; of amounts the node with the most room stands for all. */
function inWords(reasons: readonly string[]): string {
  const groups = new Map<string, { count: number; text: string }>();
  for (const text of reasons) {
    const kind = text.replace(/ \(.*/, '');
    const group = groups.get(kind) ?? { count: 0, text };
    groups.set(kind, { ...group, count: group.count + 1 });
  }
  const parts = [...groups.values()].toSorted((a, b) => b.count - a.count).map(({ count, text }) => `${count} ${text}`);
  return parts.slice(0, 5).join(', ');
}

interface Wanted {
  readonly pod: Pod;
  readonly needs: Amounts;
  /** Nodes that nothing but lack of room can rule out. */
  readonly open: readonly Node[];
  readonly refusals: readonly string[];
}

function look(pod: Pod, { nodes, leaving, ...volumes }: PlacementFacts): Wanted {
  const others = nodes.filter(({ metadata }) => !leaving.has(metadata.name));
  const judged = others.map((node) => ({ node, why: nodeRefusal(pod, node, volumes) }));
  return {
    pod,
    needs: podRequests(pod),
    open: judged.filter(({ why }) => why === undefined).map(({ node }) => node),
    refusals: judged.map(({ why }) => why).filter((why) => why !== undefined),
  };
}

/** Room left as a share, the scarcer of CPU and memory: the scheduler, too, prefers the emptiest node. */
function roominess(node: Node, reserved: Amounts): number {
  const allocatable = allocatableOf(node);
  return Math.min(...['cpu', 'memory'].map((name) => 1 - (reserved[name] ?? 0) / (allocatable[name] ?? 1)));
}

function place({ pod, needs, open, refusals }: Wanted, reserved: Map<string, Amounts>): Placement {
  const used = (node: Node) => reserved.get(node.metadata.name) ?? {};
  const tried = open
    .toSorted((a, b) => roominess(b, used(b)) - roominess(a, used(a)))
    .map((node) => ({ node, shortages: shortagesOf(needs, allocatableOf(node), used(node)) }));
  const chosen = tried.find(({ shortages }) => shortages.length === 0)?.node;
  const common = { pod: podName(pod), notJudged: notJudged(pod) };
  if (chosen !== undefined) {
    reserved.set(chosen.metadata.name, plus(used(chosen), needs));
    return { ...common, result: 'fits', node: chosen.metadata.name };
  }
  const reasons = [...tried.map(({ shortages }) => shortageInWords(shortages)), ...refusals];
  const why = reasons.length === 0 ? 'there is no other node' : `0 of ${reasons.length} other nodes: ${inWords(reasons)}`;
  return { ...common, result: 'nowhere', why };
}

/**
 * Where the pods of a node would find room, as far as requests, taints, node affinity and volumes tell: those with the fewest nodes
 * to go to first, then the largest. A forecast, not a reservation.
 */
export function placePods(pods: readonly Pod[], facts: PlacementFacts): readonly Placement[] {
  // Of one that is terminating the next is made already.
  const moving = pods.filter((pod) => !isFinished(pod) && !isTerminating(pod));
  const lost = moving.filter((pod) => controllerOf(pod) === undefined);
  const size = ({ needs }: Wanted) => (needs.cpu ?? 0) + (needs.memory ?? 0) / 2 ** 32;
  const wanted = moving
    .filter((pod) => controllerOf(pod) !== undefined)
    .map((pod) => look(pod, facts))
    .toSorted((a, b) => a.open.length - b.open.length || size(b) - size(a));
  const reserved = new Map(facts.reserved);
  return [
    ...wanted.map((one) => place(one, reserved)),
    ...lost.map((pod) => ({ pod: podName(pod), result: 'lost' as const, why: 'no controller makes it anew', notJudged: [] })),
  ];
}
