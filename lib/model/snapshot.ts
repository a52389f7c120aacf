import type { Verdict } from './finding.ts';
import type { Hold } from './guard.ts';
import type { ActionOutcome } from './incident.ts';
import type { Health, ProblemReport, SignalReport } from './report.ts';
import type { Transition } from './standing.ts';
import type { Duration, Instant } from './units.ts';

/** One check of the running agent. Times are RFC 3339; null: it has not run yet. */
export interface CheckState {
  readonly name: string;
  readonly status: Verdict;
  readonly summary: string;
  readonly lastRun: string | null;
  readonly durationMs: number;
  /** Node conditions that it feeds; notices are none. */
  readonly conditions: readonly string[];
}

/** A problem with its life. `state` includes clearing; `evidence` and `advice` are left to doctor where they would be long. */
export interface ProblemState extends ProblemReport {
  readonly check: string;
  /** Since it was first seen, by a clock that never jumps. */
  readonly standsMs: number;
  /** Every enabled rung was tried or has no attempts left. */
  readonly exhausted: boolean;
  /** A rung that disrupts nothing but this node's own daemons, of its own ladder or its cause's, is enabled and still to come. */
  readonly localRungToCome: boolean;
  /** Guards that hold the next rung, with their reasons; their ids are `next.blockedBy`. */
  readonly holds: readonly Hold[];
}

export interface LastRemedy {
  readonly remedy: string;
  /** `Type/Reason`, and the subject in brackets if it has one. */
  readonly problem: string;
  readonly at: string;
  /** Absent while it runs. */
  readonly outcome?: ActionOutcome;
  readonly message: string;
}

export interface ProcessFigures {
  readonly pid: number;
  readonly startedAt: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Private memory (RssAnon); null where /proc did not say. */
  readonly anonymousBytes: number | null;
  readonly openFiles: number | null;
  /** Lines that were not written because nobody took them. */
  readonly logDropped: number;
}

/** What became of the configuration when it was last read. */
export interface ConfigurationState {
  /** `rejected`: it is wrong, and what was applied before still holds. */
  readonly state: 'applied' | 'rejected';
  readonly at: string;
  /** Everything that is wrong with it, with file, line and column. */
  readonly why?: string;
  /** Keys that were changed and take effect with a restart of the agent. */
  readonly restartFor: readonly string[];
}

/** What the agent thinks now. JSON as it stands: /run/nodemend/status.json and `nodemend status --json` are this object. */
export interface Snapshot {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'AgentStatus';
  readonly node: string;
  readonly time: string;
  readonly agentVersion: string;
  /** As it is in force: the configuration's, lowered by the Node's annotation. */
  readonly mode: 'remedy' | 'observe';
  readonly paused: { readonly reason: string; readonly until?: string } | null;
  /** Suspected problems do not count. */
  readonly health: Health;
  readonly checks: readonly CheckState[];
  readonly problems: readonly ProblemState[];
  readonly signals: readonly SignalReport[];
  readonly lastRemedy: LastRemedy | null;
  readonly process: ProcessFigures;
  /** Absent: by an agent that does not reload. */
  readonly configuration?: ConfigurationState;
}

/** What a remedy went through, for events, metrics and the log. */
export interface RemedyStep {
  readonly kind: 'started' | 'succeeded' | 'failed' | 'skipped' | 'exhausted';
  readonly at: Instant;
  readonly type: string;
  readonly reason: string;
  readonly subject?: string;
  /** Absent: the ladder is exhausted. */
  readonly remedy?: string;
  readonly outcome?: ActionOutcome;
  /** Sentence fragment: what was done, or why not. */
  readonly message: string;
  /** Guard ids; skipped alone. */
  readonly guards?: readonly string[];
}

/** One telling: the state, and what happened since the last one, in order. */
export interface Tidings {
  readonly snapshot: Snapshot;
  readonly transitions: readonly Transition[];
  readonly steps: readonly RemedyStep[];
  /** Clock.monotonic() at that moment. */
  readonly monotonic: Duration;
}

/**
 * Tells somebody. Level-based: gets everything each time and works out for itself what changed. Never throws for what the other
 * side does, and never holds up the others: what has to be sent is sent behind its back, and what comes meanwhile is folded in.
 */
export interface Reporter {
  readonly id: string;
  report(tidings: Tidings): Promise<void>;
  /** The last words before the agent ends: waits for what is being sent, and sends what is left; bounded by `signal`. */
  close?(signal: AbortSignal): Promise<void>;
}
