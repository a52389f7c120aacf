import type { PolicyVersion } from '../../../lib/drain/budget.ts';
import type { Pod } from '../../../lib/drain/objects.ts';
import type { Choice } from '../../../lib/drain/surge/choose-way.ts';
import type { SurgeProcess } from '../../../lib/drain/surge/claim.ts';
import type { WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import type { Duration } from '../../../lib/model/units.ts';
import type { DrainContext } from '../context.ts';
import type { Deadline } from '../deadline.ts';
import type { Held } from '../held.ts';
import type { Turns } from '../turns.ts';
import type { ClusterWorkloads } from './cluster-workloads.ts';
import type { Owners } from './owners.ts';

/** Who surges, and how he tells programs that live from those that were killed. */
export interface SurgeIdentity {
  readonly run: string;
  readonly by: string;
  readonly process?: SurgeProcess;
  /** It ran on this host, and does no longer. False: it lives, or that cannot be told from here. */
  isDead(process: SurgeProcess): boolean;
}

export interface SurgeSettings {
  readonly who: SurgeIdentity;
  readonly workloads: ClusterWorkloads;
  /** Evict, too, where that leaves a gap. */
  readonly acceptGap: boolean;
  /** The longest without any progress of a workload. */
  readonly patience: Duration;
  /** Workloads at a time. */
  readonly atOnce: number;
}

export interface SurgeContext extends DrainContext, Pick<SurgeSettings, 'who' | 'workloads'> {
  readonly surge: SurgeSettings;
  readonly nodes: readonly string[];
  readonly owners: Owners;
}

/** While pods move. */
export interface Surging extends SurgeContext {
  readonly version: PolicyVersion;
  readonly deadline: Deadline;
  readonly turns: Turns;
  readonly held: Held;
}

/** One workload with its pods on the nodes of this run. */
export interface Item {
  readonly ref: WorkloadRef;
  readonly choice: Choice;
  readonly wanted: number;
  readonly pods: readonly Pod[];
}

/** Somebody or something stands in the way; what was changed is to be undone. */
export class StoppedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoppedError';
  }
}
