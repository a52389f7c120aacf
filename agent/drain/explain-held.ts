import { budgetsOf, overlap, type PolicyVersion, whyLater } from '../../lib/drain/budget.ts';
import { judgeEviction, type Outcome } from '../../lib/drain/failure.ts';
import { type Budget, type Node, type Pod, podName } from '../../lib/drain/objects.ts';
import { describeTermination } from '../../lib/drain/termination.ts';
import type { Clock } from '../../lib/host/host.ts';
import type { ClusterPods } from './cluster-pods.ts';
import type { HeldPod } from './held.ts';

export interface Explained {
  readonly pod: string;
  readonly why: string;
}

export interface Explaining {
  readonly cluster: ClusterPods;
  readonly clock: Pick<Clock, 'now'>;
  readonly node: string;
  readonly version: PolicyVersion;
}

/** So many are explained with a look at each; the rest are counted. */
const MOST = 10;

type Budgets = (namespace: string) => Promise<Outcome<readonly Budget[]>>;

function budgetsOnce({ cluster, version }: Explaining): Budgets {
  const asked = new Map<string, Promise<Outcome<readonly Budget[]>>>();
  return async (namespace) => {
    const answer = asked.get(namespace) ?? cluster.budgets(namespace, version);
    asked.set(namespace, answer);
    return await answer;
  };
}

async function explainRefusal({ pod, by }: HeldPod, { version }: Explaining, budgets: Budgets): Promise<string> {
  if (by.kind !== 'refused') return by.kind === 'requested' ? by.why : '';
  const { failure } = by;
  const judged = judgeEviction(failure);
  if (judged === 'namespace-terminating')
    return `the namespace ${pod.metadata.namespace ?? ''} is being deleted, and the pod with it`;
  if (judged !== 'later' && judged !== 'overlapping-budgets') return failure.message;
  const known = await budgets(pod.metadata.namespace ?? '');
  // The server's own words have the numbers, too.
  const said = [failure.message, ...failure.causes.map(({ message }) => message)].join(' ');
  if (!known.ok) return said;
  const counting = budgetsOf(pod, known.value, version);
  if (judged === 'overlapping-budgets') return overlap(counting);
  return failure.retryAfter === undefined ? whyLater(pod, counting) : said;
}

async function explainTermination(pod: Pod, node: Node | undefined, { cluster, clock }: Explaining): Promise<string> {
  const fresh = await cluster.pod(pod.metadata.namespace ?? '', pod.metadata.name);
  return describeTermination(fresh.ok ? fresh.value : pod, node, clock.now());
}

/** What holds each of these pods, in words; and how many more there are. */
export async function explainHeld(
  held: readonly HeldPod[],
  explaining: Explaining,
): Promise<{ readonly pods: readonly Explained[]; readonly more: number }> {
  const { cluster, node } = explaining;
  const shown = held.slice(0, MOST);
  const found = shown.some(({ by }) => by.kind === 'terminating') ? await cluster.node(node) : undefined;
  const own = found?.ok === true ? found.value : undefined;
  const budgets = budgetsOnce(explaining);
  const explain = async (one: HeldPod): Promise<Explained> => {
    const isEnding = one.by.kind === 'terminating';
    const why = await (isEnding ? explainTermination(one.pod, own, explaining) : explainRefusal(one, explaining, budgets));
    return { pod: podName(one.pod), why };
  };
  return { pods: await Promise.all(shown.map(explain)), more: held.length - shown.length };
}
