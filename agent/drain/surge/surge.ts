import { refusalsOf } from '../../../lib/drain/filters.ts';
import { isFinished, isTerminating, type Pod, podName } from '../../../lib/drain/objects.ts';
import type { Choice } from '../../../lib/drain/surge/choose-way.ts';
import { deadlineOf, EndedError } from '../deadline.ts';
import type { PodReport } from '../events.ts';
import { heldPods } from '../held.ts';
import { judgePods } from '../judge-pods.ts';
import { placementRefusal } from '../placement-refusal.ts';
import { budgetTurns } from '../turns.ts';
import type { Item, SurgeContext, Surging } from './context.ts';
import { undoLeftovers } from './leftovers.ts';
import { type Group, groupPods, plannedOf } from './plan.ts';
import { runItems } from './run-items.ts';

/** What a surge leaves to the ordinary drain of each node. */
export interface Surged {
  /** The whole node is left alone. */
  refusal(node: string): string | undefined;
  /** The pod is not to be evicted; `why` where that is a failure. */
  spared(pod: Pod): { readonly why?: string } | undefined;
  reports(node: string): readonly PodReport[];
}

/** An ordinary drain. */
export const NOTHING_SURGED: Surged = { refusal: () => undefined, spared: () => undefined, reports: () => [] };

const nodeOf = ({ spec }: Pod): string => spec?.nodeName ?? '';

/** Pods that are to move, of nodes that nothing speaks against. What does, the ordinary drain finds, too, and says. */
async function movingPods(surging: Surging): Promise<readonly Pod[]> {
  const all: Pod[] = [];
  for (const node of surging.nodes) {
    const judged = await surging.deadline.during(judgePods(surging, node));
    if (!judged.ok || refusalsOf(judged.value).length > 0) continue;
    all.push(...judged.value.filter(({ verdict }) => verdict.moves).map(({ pod }) => pod));
  }
  return all.filter((pod) => !isTerminating(pod) && !isFinished(pod));
}

interface Chosen {
  readonly group: Group;
  readonly choice: Choice;
}

/** Nodes whose pods cannot all go without a gap, where none is accepted; and nodes of which not everything is known. */
function refusals(
  groups: Awaited<ReturnType<typeof groupPods>>,
  acceptGap: boolean,
): { readonly refused: ReadonlyMap<string, string>; readonly chosen: readonly Chosen[] } {
  const why = new Map<string, Set<string>>();
  const refuse = (pods: readonly Pod[], text: string) => {
    for (const node of new Set(pods.map(nodeOf))) why.set(node, (why.get(node) ?? new Set()).add(text));
  };
  for (const group of groups) {
    if ('unknown' in group) refuse(group.pods, group.unknown);
    else {
      const choice = group.choose(group.pods.length);
      const text = `cannot move ${group.name} without a gap (use --accept-gap to evict its pods one by one): ${choice.why}`;
      if (choice.gap && !acceptGap) refuse(group.pods, text);
    }
  }
  const chosen = groups.flatMap((group) => {
    if ('unknown' in group) return [];
    const pods = group.pods.filter((pod) => !why.has(nodeOf(pod)));
    return pods.length === 0 ? [] : [{ group: { ...group, pods }, choice: group.choose(pods.length) }];
  });
  return { refused: new Map([...why].map(([node, texts]) => [node, [...texts].join('; ')])), chosen };
}

const itemsOf = (chosen: readonly Chosen[]): readonly Item[] =>
  chosen.flatMap(({ group: { ref, wanted = 0, pods }, choice }) =>
    ref === undefined || choice.way === 'ordinary' ? [] : [{ ref, wanted, pods, choice }],
  );

async function surgeAll(surging: Surging): Promise<Surged> {
  const { nodes, options, surge, tell } = surging;
  await undoLeftovers(surging);
  const moving = await movingPods(surging);
  const groups = await surging.deadline.during(groupPods(surging, moving, surging.version));
  const { refused, chosen } = refusals(groups, surge.acceptGap);
  if (chosen.length > 0) tell({ event: 'surge-planned', workloads: chosen.map(({ group, choice }) => plannedOf(group, choice)) });
  const all = chosen.flatMap(({ group }) => group.pods);
  const nowhere = await surging.deadline.during(
    placementRefusal(surging, { node: nodes.join(','), pods: all, leaving: new Set(nodes) }),
  );
  if (nowhere !== undefined) return { ...NOTHING_SURGED, refusal: (node) => refused.get(node) ?? nowhere };
  const items = itemsOf(chosen);
  // Of a dry run nothing is left but what is evicted in the ordinary way, too.
  const failures = await runItems(surging, options.dryRun === 'none' ? items : items.filter(({ choice }) => !choice.gap));
  const itemOf = new Map(items.flatMap((item) => item.pods.map((pod) => [pod.metadata.uid ?? '', item] as const)));
  const gone =
    options.dryRun === 'none'
      ? await goneFrom(
          surging,
          items.filter((item) => !failures.has(item)),
        )
      : [];
  return {
    refusal: (node) => refused.get(node),
    spared: (pod) => {
      const item = itemOf.get(pod.metadata.uid ?? '');
      const why = item === undefined ? undefined : failures.get(item);
      if (why !== undefined) return isTerminating(pod) ? undefined : { why };
      return options.dryRun === 'none' || item === undefined || item.choice.gap ? undefined : {};
    },
    reports: (node) => gone.filter((pod) => nodeOf(pod) === node).map((pod) => ({ pod: podName(pod), result: 'left' })),
  };
}

/** Pods that have left by now; those that end yet are waited for in the ordinary drain. */
async function goneFrom({ cluster, tell }: Surging, items: readonly Item[]): Promise<readonly Pod[]> {
  const gone: Pod[] = [];
  for (const { pods, choice } of items) {
    for (const pod of pods) {
      const { namespace = '', name, uid } = pod.metadata;
      const fresh = await cluster.pod(namespace, name);
      const isThere = fresh.ok ? fresh.value.metadata.uid === uid : fresh.failure.code !== 404;
      if (isThere) continue;
      tell({ event: 'left', node: nodeOf(pod), pod: podName(pod), way: choice.way === 'roll' ? 'deletion' : 'eviction' });
      gone.push(pod);
    }
  }
  return gone;
}

/** All nodes of a run together: each workload is surged once, however many of its pods are on however many of them. */
export async function surgeNodes(context: SurgeContext): Promise<Surged> {
  const { clock, cluster, options, signal } = context;
  const version = await cluster.evictionVersion();
  // What is wrong there, the ordinary drain says.
  if (!version.ok || version.value === undefined) return NOTHING_SURGED;
  const deadline = deadlineOf(clock, options.timeout, signal);
  try {
    return await surgeAll({ ...context, version: version.value, deadline, turns: budgetTurns(), held: heldPods() });
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
    const why = error.how === 'timeout' ? 'global timeout reached' : 'interrupted';
    return { ...NOTHING_SURGED, refusal: () => why };
  } finally {
    deadline.close();
  }
}
