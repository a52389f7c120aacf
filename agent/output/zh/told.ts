import { SIGNAL_REASONS, type SignalName, type SignalReason } from '../../../lib/model/eviction.ts';
import type { ProblemDefinition } from '../../../lib/model/problem.ts';

/** A problem in another language: a reason that is missing, or one too many, does not compile. */
export interface ProblemWords<R extends string = string> {
  readonly title: string;
  readonly meaning: string;
  readonly detection: string;
  readonly reasons: Readonly<Record<R, string>>;
}

export interface Told {
  readonly type: string;
  readonly words: ProblemWords;
}

type ReasonOf<P> = P extends ProblemDefinition<infer R> ? R : never;

/** `type`: of the problem whose definition is P; the definition itself stays in the commands' bundle. */
export function told<P>(type: string, words: ProblemWords<ReasonOf<P>>): Told {
  return { type, words };
}

/** One sentence for each eviction signal. */
export function bySignal(say: (signal: SignalName) => string): Readonly<Record<SignalReason, string>> {
  const entries = Object.entries(SIGNAL_REASONS) as [SignalName, SignalReason][];
  return Object.fromEntries(entries.map(([signal, reason]) => [reason, say(signal)])) as Record<SignalReason, string>;
}
