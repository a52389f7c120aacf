import type { Advice, Evidence, FindingState, Measure, Verdict } from './finding.ts';
import type { Hold } from './guard.ts';
import type { Severity } from './problem.ts';
import type { Disruption } from './remedy.ts';
import type { SpaceUsers } from './space.ts';

export type Health = 'Healthy' | 'Degraded' | 'Critical' | 'Unknown';

/** `durationMs`: until the last of its sources was read. */
export interface CheckReport {
  readonly name: string;
  readonly status: Verdict;
  readonly summary: string;
  readonly durationMs: number;
  readonly evidence: readonly Evidence[];
  /** Why it was skipped or could not tell. */
  readonly reason?: string;
}

export interface NextRemedy {
  readonly remedy: string;
  readonly disruption: Disruption;
  /** Guard ids, as in docs/guards.md. */
  readonly blockedBy: readonly string[];
  /** What each of them has to say; doctor's alone. */
  readonly holds?: readonly Hold[];
}

export interface ProblemReport {
  readonly type: string;
  readonly reason: string;
  readonly subject?: string;
  readonly severity: Severity;
  readonly state: FindingState | 'clearing';
  /** RFC 3339. */
  readonly since: string;
  readonly message: string;
  /** Problem type that explains this one. */
  readonly cause?: string;
  /** The number it is about, against its limit. */
  readonly measure?: Measure;
  readonly evidence: readonly Evidence[];
  readonly advice: readonly Advice[];
  readonly next?: NextRemedy;
  /** Every remedy had its attempts, as the ledger knows: given up. */
  readonly exhausted?: boolean;
  /** The largest users of the filesystem that is short; doctor's alone, on the node itself. */
  readonly largest?: SpaceUsers | { readonly unknown: string };
}

/** One eviction signal and one of its thresholds. Numbers in the signal's unit (bytes, inodes, PIDs); null = none or not known. */
export interface SignalReport {
  readonly signal: string;
  readonly kind: 'hard' | 'soft';
  /** As configured: `10%`, `100Mi`; null = nobody guards this signal. */
  readonly threshold: string | null;
  readonly thresholdValue: number | null;
  /** Where the threshold comes from. */
  readonly source: string;
  readonly observed: number | null;
  readonly capacity: number | null;
  /** observed − thresholdValue. */
  readonly headroom: number | null;
  readonly secondsLeft: number | null;
}

export interface DoctorReport {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'DoctorReport';
  readonly node: string;
  readonly time: string;
  readonly agentVersion: string;
  readonly health: Health;
  readonly checks: readonly CheckReport[];
  readonly problems: readonly ProblemReport[];
  readonly signals: readonly SignalReport[];
}
