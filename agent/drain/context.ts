import type { FilterFlags } from '../../lib/drain/filters.ts';
import type { Clock } from '../../lib/host/host.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { ClusterPods } from './cluster-pods.ts';
import type { DryRun, Tell } from './events.ts';
import type { EvictionRequests } from './eviction-requests.ts';
import type { SurgeSettings } from './surge/context.ts';

export interface DrainOptions extends FilterFlags {
  /** Seconds given to each pod; negative: its own. */
  readonly gracePeriod: number;
  /** Of one node, evictions and waiting together; 0: none. */
  readonly timeout: Duration;
  readonly podSelector: string;
  readonly chunkSize: number;
  /** DELETE instead of evictions: PodDisruptionBudgets do not hold. */
  readonly disableEviction: boolean;
  readonly dryRun: DryRun;
  /** `require`: a pod that fits nowhere stops the drain before any pod is touched. */
  readonly placement: 'warn' | 'require' | 'off';
  /** The identity may not read DaemonSets: with ignoreDaemonSets theirs are kept without looking. */
  readonly trustDaemonSets: boolean;
}

export interface DrainContext {
  readonly cluster: ClusterPods;
  readonly clock: Clock;
  readonly options: DrainOptions;
  readonly tell: Tell;
  /** Aborted: somebody wants it to end. */
  readonly signal: AbortSignal;
  /** `--mode surge`: a new pod is ready before the old one goes. */
  readonly surge?: SurgeSettings;
  /** Pods are asked away by EvictionRequests (KEP-4563) where the server knows them. */
  readonly requests?: EvictionRequests;
}
