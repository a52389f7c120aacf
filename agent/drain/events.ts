import type { FilterId, Verdict } from '../../lib/drain/filters.ts';
import type { Placement } from '../../lib/drain/placement.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { SurgeEvent } from './surge/events.ts';

export type DryRun = 'none' | 'client' | 'server';
/** `request`: an EvictionRequest of KEP-4563. */
export type Way = 'eviction' | 'deletion' | 'request';

export interface PlannedPod {
  readonly pod: string;
  readonly moves: boolean;
  readonly verdict: Verdict['kind'];
  readonly filter?: FilterId;
  readonly messages: readonly string[];
}

/** `left`: it is gone. `granted`: a server dry run allowed it. `abandoned`: not waited for, as asked. */
export type PodResult = 'left' | 'granted' | 'abandoned' | 'failed' | 'interrupted';
export interface PodReport {
  readonly pod: string;
  readonly result: PodResult;
  /** As kubectl words it. */
  readonly error?: string;
  /** What held it, for a person. */
  readonly why?: string;
}

export interface NodeReport {
  readonly node: string;
  readonly drained: boolean;
  readonly error?: string;
  readonly pods: readonly PodReport[];
}

/** What happens in a drain, in order; agent/output/drain.ts has the words, `--json` prints these. */
export type DrainEvent =
  | SurgeEvent
  | {
      readonly event: 'cordoned' | 'uncordoned';
      readonly node: string;
      readonly already: boolean;
      /** Whose cordon it was, where we know. */
      readonly owner?: string;
    }
  | { readonly event: 'cordon-failed'; readonly node: string; readonly doing: 'cordon' | 'uncordon'; readonly message: string }
  | { readonly event: 'note'; readonly node?: string; readonly message: string }
  | { readonly event: 'planned'; readonly node: string; readonly pods: readonly PlannedPod[] }
  | { readonly event: 'warning'; readonly node: string; readonly message: string }
  | { readonly event: 'placed'; readonly node: string; readonly placements: readonly Placement[] }
  | { readonly event: 'evicting'; readonly node: string; readonly pod: string; readonly way: Way }
  | {
      readonly event: 'put-off';
      readonly node: string;
      readonly pod: string;
      readonly message: string;
      readonly retryIn: Duration;
      readonly attempt: number;
      /** In a namespace that is being deleted. */
      readonly terminatingNamespace: boolean;
    }
  | { readonly event: 'left'; readonly node: string; readonly pod: string; readonly way: Way }
  | { readonly event: 'abandoned'; readonly node: string; readonly pod: string; readonly after: number }
  | { readonly event: 'failed'; readonly node: string; readonly pod: string; readonly way: Way; readonly message: string }
  | {
      readonly event: 'waiting';
      readonly node: string;
      readonly elapsed: Duration;
      readonly pods: readonly { readonly pod: string; readonly why: string }[];
      /** Pods that are not told one by one. */
      readonly more: number;
    }
  | { readonly event: 'drained'; readonly node: string }
  | { readonly event: 'not-drained'; readonly node: string; readonly message: string; readonly pending: readonly string[] };

export type Tell = (event: DrainEvent) => void;
