import type { Health } from '../model/report.ts';
import type { Duration, Instant } from '../model/units.ts';

/** `stale`: its report is older than two reports may be apart. `unreadable`: it is there, and no report of nodemend. */
export type Reporting = 'reporting' | 'stale' | 'unreadable' | 'absent';

export interface FleetProblem {
  readonly type: string;
  readonly reason: string;
  readonly subject?: string;
  readonly severity: string;
  readonly state: string;
  readonly message: string;
  readonly cause?: string;
  readonly next?: string;
  readonly blockedBy: readonly string[];
  readonly exhausted: boolean;
}

export interface FleetSignal {
  readonly signal: string;
  /** What is left above the threshold, as a share of the capacity. */
  readonly ratio: number;
  readonly secondsLeft?: number;
}

export interface FleetRemedy {
  readonly remedy: string;
  readonly problem: string;
  readonly at: string;
  /** Absent while it runs. */
  readonly outcome?: string;
}

/** What a node's agent last wrote to its Node. Texts are one line each, and safe on a terminal. */
export interface FleetReport {
  readonly at: Instant;
  readonly version: string;
  readonly health: Health;
  readonly mode: string;
  /** Why; absent: it is not. */
  readonly paused?: string;
  readonly problems: readonly FleetProblem[];
  /** Problems that the report had no room for. */
  readonly more: number;
  readonly signals: readonly FleetSignal[];
  readonly lastRemedy?: FleetRemedy;
}

/** One row of the fleet: a Node object, read with suspicion. */
export interface FleetNode {
  readonly name: string;
  readonly zone: string;
  /** Unknown unless a report says so that is fresh. */
  readonly health: Health;
  readonly reporting: Reporting;
  /** Of its report; negative: of the future, the node's clock is ahead. */
  readonly age?: Duration;
  readonly report?: FleetReport;
  /** The agent's one line, without the health. */
  readonly summary: string;
  /** The kubelet's Ready condition. */
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Other conditions that hold and mean trouble. */
  readonly conditions: readonly string[];
  readonly cordoned: boolean;
  /** Who says that it was, by our annotation. */
  readonly cordonedBy?: string;
}
