import type { ProblemDefinition, Severity } from './problem.ts';
import type { Duration, Instant } from './units.ts';

/** `unknown`: could not tell; it never triggers a remedy and never clears a problem. `skip`: does not apply to this node. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'unknown' | 'skip';

/** An excerpt of what a source read, and where. Host output: hostile until rendered. */
export interface Evidence {
  readonly from: string;
  readonly excerpt: string;
}

/** What a person can do: a sentence, and the command to type if there is one. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}

/** `suspected` may still pass by itself; `active` has stood long enough to act on. */
export type FindingState = 'suspected' | 'active';

/** What the check looked at is in order. One sentence with the numbers in it, no trailing period. */
export interface Pass {
  readonly verdict: 'pass';
  readonly message: string;
  readonly subject?: string;
  readonly evidence?: readonly Evidence[];
}

/** No judgement: `reason` is a sentence fragment ("no docker on this host"). */
export interface NoJudgement {
  readonly verdict: 'unknown' | 'skip';
  readonly message: string;
  readonly subject?: string;
  readonly evidence?: readonly Evidence[];
}

/** The number a fault is about, against its limit: drawn as a gauge, and what tells "nearly" from "exhausted". */
export interface Measure {
  readonly observed: number;
  readonly limit: number;
  readonly capacity?: number;
  readonly unit: 'bytes' | 'count' | 'ms' | 'ratio';
}

/** A named fault. Its identity over time is (type, subject). */
export interface Fault {
  readonly verdict: 'warn' | 'fail';
  readonly type: string;
  /** PascalCase, from the catalogue of its type. */
  readonly reason: string;
  readonly severity: Severity;
  readonly state: FindingState;
  /** A suspicion that has stood this long is certain: what one look cannot tell, time does. */
  readonly activeAfter?: Duration;
  readonly message: string;
  /** What it is about when a type covers several things: `nodefs.available`, `docker.service`, `kube-system/web-1`. */
  readonly subject?: string;
  /** When it began, as far as the host itself tells. */
  readonly since?: Instant;
  readonly evidence: readonly Evidence[];
  readonly advice: readonly Advice[];
  /** The problem type that explains this one, when the check itself can see it. */
  readonly cause?: string;
  readonly measure?: Measure;
  /** The subject about which this check must say something for the fault to be over: what nobody looked at has not passed. */
  readonly clearedBy?: string;
  /** Why a restart would make it worse: what it is about wants for something. Sentence fragment. */
  readonly starved?: string;
  /** Anybody may have said it: no remedy is begun on its word. Sentence fragment. */
  readonly untrusted?: string;
  /** A signal stopped what it is about: that is not slow for want of anything. */
  readonly stopped?: boolean;
}

/** Every evaluation returns one per subject, the passing ones too, so that conditions can go back to False. */
export type Finding = Pass | NoJudgement | Fault;

export interface FaultDetails {
  readonly subject?: string;
  readonly since?: Instant;
  readonly state?: FindingState;
  readonly activeAfter?: Duration;
  readonly severity?: Severity;
  readonly evidence?: readonly Evidence[];
  readonly advice?: readonly Advice[];
  readonly cause?: string;
  readonly measure?: Measure;
  readonly starved?: string;
  readonly stopped?: boolean;
}

export function pass(message: string, details: Omit<Pass, 'verdict' | 'message'> = {}): Pass {
  return { verdict: 'pass', message, ...details };
}

export function unknown(message: string, details: Omit<NoJudgement, 'verdict' | 'message'> = {}): NoJudgement {
  return { verdict: 'unknown', message, ...details };
}

export function skip(message: string, details: Omit<NoJudgement, 'verdict' | 'message'> = {}): NoJudgement {
  return { verdict: 'skip', message, ...details };
}

/** A problem of this type and reason; a reason outside its catalogue does not compile. */
export function fault<R extends string>(
  problem: ProblemDefinition<R>,
  reason: NoInfer<R>,
  message: string,
  details: FaultDetails = {},
): Fault {
  const { clearedBy, ...definition } = problem.reasons[reason];
  const severity = details.severity ?? definition.severity;
  return {
    ...details,
    ...(clearedBy === undefined ? {} : { clearedBy }),
    verdict: severity === 'critical' ? 'fail' : 'warn',
    type: problem.type,
    reason,
    severity,
    state: details.state ?? 'active',
    message,
    evidence: details.evidence ?? [],
    advice: details.advice ?? definition.advice ?? problem.advice,
  };
}
