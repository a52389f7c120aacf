import type { Way } from '../../../lib/drain/surge/choose-way.ts';
import type { Duration } from '../../../lib/model/units.ts';

export interface PlannedSurge {
  /** `Deployment shop/web`; `1 pod of …` for what is counted by nobody. */
  readonly workload: string;
  readonly way: Way;
  readonly why: string;
  /** Leaves a gap; done only where that is accepted. */
  readonly gap: boolean;
  /** Pods that are to be ready all the time; absent: nobody says. */
  readonly wanted?: number;
  readonly pods: readonly string[];
}

/** What happens in a surge, in order. */
export type SurgeEvent =
  | { readonly event: 'surge-planned'; readonly workloads: readonly PlannedSurge[] }
  | { readonly event: 'surge-step'; readonly workload: string; readonly message: string }
  | { readonly event: 'surge-waiting'; readonly workload: string; readonly elapsed: Duration; readonly why: string }
  | { readonly event: 'surged'; readonly workload: string; readonly way: Way; readonly pods: number; readonly took: Duration }
  /** `undone`: what had been changed is as it was before. */
  | {
      readonly event: 'surge-failed';
      readonly workload: string;
      readonly way: Way;
      readonly message: string;
      readonly undone: boolean;
    }
  /** What a run left behind that was killed. */
  | { readonly event: 'surge-undone'; readonly workload: string; readonly message: string };
