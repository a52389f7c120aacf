import { isTransient } from '../../lib/drain/failure.ts';
import type { Pod } from '../../lib/drain/objects.ts';
import { describeStaying, sortPods } from '../../lib/drain-remedy/which-pods.ts';
import type { DrainSettings } from '../../lib/model/move-work.ts';
import { type Duration, type Instant, seconds } from '../../lib/model/units.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import type { DrainContext, DrainOptions } from '../drain/context.ts';
import { emptyNode } from '../drain/empty-node.ts';
import type { DrainEvent, PodReport } from '../drain/events.ts';
import { judgePods } from '../drain/judge-pods.ts';
import type { MoveParts } from './parts.ts';

const AGAIN = seconds(2);
/** Kubernetes' own, where a pod does not say. */
const DEFAULT_GRACE = 30;

/** No pod is given more time than the operator allows; one that asks for less has its own. */
function capped(cluster: ClusterPods, { maxGracePeriod }: DrainSettings): ClusterPods {
  const most = Math.max(1, Math.round(maxGracePeriod / 1000));
  return {
    ...cluster,
    evict(pod: Pod, removal) {
      const own = pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
      return cluster.evict(pod, own > most ? { ...removal, gracePeriod: most } : removal);
    },
  };
}

function optionsOf({ evictUnreplicatedPods, evictEmptyDirPods }: DrainSettings, timeout: Duration): DrainOptions {
  return {
    force: evictUnreplicatedPods,
    ignoreDaemonSets: true,
    deleteEmptyDirData: evictEmptyDirPods,
    skipWaitForDelete: 0,
    gracePeriod: -1,
    timeout,
    podSelector: '',
    chunkSize: 500,
    disableEviction: false,
    dryRun: 'none',
    placement: 'off',
    trustDaemonSets: true,
  };
}

const INTERESTING = new Set<DrainEvent['event']>(['evicting', 'left', 'failed', 'waiting']);

function contextOf(parts: MoveParts, timeout: Duration, signal: AbortSignal): DrainContext {
  const { settings } = parts.order;
  return {
    cluster: capped(parts.cluster, settings),
    clock: parts.clock,
    options: optionsOf(settings, timeout),
    tell: (event) => {
      if (INTERESTING.has(event.event)) parts.log(JSON.stringify(event));
    },
    signal,
  };
}

/** Which pods would stay behind; a text: that could not be told. */
export async function stayingPods(parts: MoveParts): Promise<readonly { pod: string; why: string }[] | string> {
  const judged = await judgePods(contextOf(parts, 0, new AbortController().signal), parts.order.node);
  return judged.ok ? sortPods(judged.value, parts.order.settings).staying : judged.failure.message;
}

export type Emptied =
  | { readonly kind: 'empty'; readonly left: number }
  | { readonly kind: 'not-empty'; readonly why: string }
  | { readonly kind: 'stopped' };

function describeFailed(reports: readonly PodReport[]): string | undefined {
  const failed = reports.filter(({ result }) => result !== 'left');
  if (failed.length === 0) return undefined;
  const shown = failed.slice(0, 5).map(({ pod, why, error }) => `${pod}: ${why ?? error ?? 'it did not go'}`);
  const more = failed.length > 5 ? `; ${failed.length - 5} more` : '';
  return `${failed.length === 1 ? '1 pod is' : `${failed.length} pods are`} still there (${shown.join('; ')}${more})`;
}

/** Has the pods leave until none is left that should, or the time is up. What stays behind is said, and is no success. */
export async function empty(parts: MoveParts, startedAt: Instant, signal: AbortSignal): Promise<Emptied> {
  const { clock, order } = parts;
  const { maxGracePeriod, evictionHeadroom } = order.settings;
  const deadline = startedAt + maxGracePeriod + evictionHeadroom;
  const gone = new Set<string>();
  for (;;) {
    if (signal.aborted) return { kind: 'stopped' };
    const left = deadline - clock.now();
    const context = contextOf(parts, Math.max(1, left), signal);
    const judged = await judgePods(context, order.node);
    if (!judged.ok) {
      if (!isTransient(judged.failure) || left <= 0) return { kind: 'not-empty', why: judged.failure.message };
      await clock.sleep(AGAIN, signal).catch(() => undefined);
      continue;
    }
    const { moving, staying } = sortPods(judged.value, order.settings);
    if (moving.length === 0) {
      return staying.length === 0 ? { kind: 'empty', left: gone.size } : { kind: 'not-empty', why: describeStaying(staying) };
    }
    if (left <= 0) return { kind: 'not-empty', why: `the time is up, and ${moving.length} pods are still there` };
    const found = await context.cluster.evictionVersion();
    if (!found.ok || found.value === undefined)
      return { kind: 'not-empty', why: found.ok ? 'the API server knows no evictions' : found.failure.message };
    const reports = await emptyNode(context, { node: order.node, pods: moving, version: found.value, way: 'eviction' });
    for (const { pod, result } of reports) if (result === 'left') gone.add(pod);
    const failed = describeFailed(reports);
    if (failed !== undefined && !signal.aborted) return { kind: 'not-empty', why: failed };
  }
}
