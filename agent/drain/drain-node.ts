import type { Failure } from '../../lib/drain/failure.ts';
import { type Judged, refusalsOf, warningsOf } from '../../lib/drain/filters.ts';
import { podName } from '../../lib/drain/objects.ts';
import type { DrainContext } from './context.ts';
import { deadlineOf, EndedError } from './deadline.ts';
import { emptyNode } from './empty-node.ts';
import type { NodeReport, PodReport, Way } from './events.ts';
import { judgePods } from './judge-pods.ts';
import { placementRefusal } from './placement-refusal.ts';
import { NOTHING_SURGED, type Surged } from './surge/surge.ts';

/** kubectl's aggregate: one error as it is, more in brackets, the same one once. */
function aggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}

const refused = (node: string, error: string, pods: readonly PodReport[] = []): NodeReport => ({
  node,
  drained: false,
  error,
  pods,
});

function tellPlan({ tell }: DrainContext, node: string, judged: readonly Judged[]): void {
  const pods = judged.map(({ pod, verdict }) => {
    const { moves, kind, filter, messages } = verdict;
    return { pod: podName(pod), moves, verdict: kind, messages, ...(filter === undefined ? {} : { filter }) };
  });
  tell({ event: 'planned', node, pods });
}

type Chosen = { readonly version: 'v1' | 'v1beta1'; readonly way: Way } | { readonly failure: Failure | string };

/** Whether the server knows requests, where they were asked for. */
async function isRequestable({ requests, tell }: DrainContext, node: string): Promise<boolean> {
  const served = await requests?.served();
  if (served === undefined || (served.ok && served.value)) return served !== undefined;
  const why = served.ok
    ? 'the API server knows none (lifecycle.k8s.io/v1alpha1, gate EvictionRequestAPI)'
    : served.failure.message;
  tell({ event: 'note', node, message: `evictions are not requested but done: ${why}` });
  return false;
}

async function wayOf(context: DrainContext, node: string): Promise<Chosen> {
  const { cluster, options } = context;
  const found = await cluster.evictionVersion();
  if (options.disableEviction) return { version: (found.ok ? found.value : undefined) ?? 'v1', way: 'deletion' };
  if (!found.ok) return { failure: found.failure };
  if (found.value !== undefined)
    return { version: found.value, way: (await isRequestable(context, node)) ? 'request' : 'eviction' };
  return {
    failure: 'the API server knows no evictions; --disable-eviction deletes the pods instead, whatever their budgets say',
  };
}

/** What is still to go, for the report of a drain that failed. */
async function pendingPods(context: DrainContext, node: string): Promise<readonly string[]> {
  const left = await judgePods(context, node);
  return left.ok ? left.value.filter(({ verdict }) => verdict.moves).map(({ pod }) => podName(pod)) : [];
}

async function move(context: DrainContext, node: string, judged: readonly Judged[]): Promise<NodeReport> {
  const { options, tell, signal } = context;
  const pods = judged.filter(({ verdict }) => verdict.moves).map(({ pod }) => pod);
  if (options.dryRun === 'client') {
    const way = options.disableEviction ? 'deletion' : 'eviction';
    for (const pod of pods) tell({ event: 'evicting', node, pod: podName(pod), way });
    return { node, drained: true, pods: [] };
  }
  if (pods.length === 0) return { node, drained: true, pods: [] };
  const way = await wayOf(context, node);
  if ('failure' in way) return refused(node, typeof way.failure === 'string' ? way.failure : way.failure.message);
  const reports = await emptyNode(context, { node, pods, ...way });
  if (signal.aborted) return refused(node, 'interrupted', reports);
  const errors = reports.map(({ error }) => error).filter((error) => error !== undefined);
  return errors.length === 0 ? { node, drained: true, pods: reports } : refused(node, aggregate(errors), reports);
}

type Looked = { readonly judged: readonly Judged[] } | { readonly refusal: string };

/** Everything before the first pod is touched. */
async function look(context: DrainContext, node: string, leaving: ReadonlySet<string>): Promise<Looked> {
  const judged = await judgePods(context, node);
  if (!judged.ok) return { refusal: judged.failure.message };
  tellPlan(context, node, judged.value);
  const refusals = refusalsOf(judged.value);
  if (refusals.length > 0) return { refusal: aggregate(refusals) };
  const warnings = warningsOf(judged.value);
  if (warnings.length > 0) context.tell({ event: 'warning', node, message: warnings.join('; ') });
  const pods = judged.value.filter(({ verdict }) => verdict.moves).map(({ pod }) => pod);
  // A surge has asked for the pods of all its nodes together.
  const refusal = context.surge === undefined ? await placementRefusal(context, { node, pods, leaving }) : undefined;
  return refusal === undefined ? { judged: judged.value } : { refusal };
}

/** Everything that the surge has not taken on itself; where it failed with some, the node is not empty. */
async function moveRest(context: DrainContext, node: string, judged: readonly Judged[], surged: Surged): Promise<NodeReport> {
  const isSpared = ({ pod }: Judged) => surged.spared(pod) !== undefined;
  const kept = judged
    .filter(({ verdict }) => verdict.moves)
    .flatMap(({ pod }): readonly PodReport[] => {
      const why = surged.spared(pod)?.why;
      return why === undefined ? [] : [{ pod: podName(pod), result: 'failed', error: `pod ${podName(pod)} was not moved`, why }];
    });
  const report = await move(
    context,
    node,
    judged.filter((one) => !isSpared(one)),
  );
  const pods = [...surged.reports(node), ...report.pods, ...kept];
  const errors = [...(report.error === undefined ? [] : [report.error]), ...kept.map(({ error = '' }) => error)];
  return errors.length === 0 ? { ...report, pods } : refused(node, aggregate(errors), pods);
}

interface Wanted {
  readonly leaving: ReadonlySet<string>;
  readonly surged: Surged;
}

async function tryDrain(context: DrainContext, node: string, { leaving, surged }: Wanted): Promise<NodeReport> {
  const refusal = surged.refusal(node);
  if (refusal !== undefined) return refused(node, refusal, surged.reports(node));
  // An API server that hangs must not keep a person who has had enough.
  const patience = deadlineOf(context.clock, 0, context.signal);
  try {
    const looked = await patience.during(look(context, node, leaving));
    return 'refusal' in looked ? refused(node, looked.refusal) : await moveRest(context, node, looked.judged, surged);
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
    return refused(node, 'interrupted');
  } finally {
    patience.close();
  }
}

/** One node, cordoned before: look, refuse or move. Never throws for what a cluster may do. */
export async function drainNode(
  context: DrainContext,
  node: string,
  leaving: ReadonlySet<string>,
  surged: Surged = NOTHING_SURGED,
): Promise<NodeReport> {
  const { options, tell, signal } = context;
  const report = await tryDrain(context, node, { leaving, surged });
  if (report.drained) {
    tell({ event: 'drained', node });
    return report;
  }
  const wasTouched = options.dryRun === 'none' && report.pods.length > 0 && !signal.aborted;
  const pending = wasTouched ? await pendingPods(context, node) : [];
  tell({ event: 'not-drained', node, message: report.error ?? '', pending });
  return report;
}
