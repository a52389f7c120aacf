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

export function told<R extends string>({ type }: ProblemDefinition<R>, words: ProblemWords<NoInfer<R>>): Told {
  return { type, words };
}

/** One sentence for each eviction signal. */
export function bySignal(say: (signal: SignalName) => string): Readonly<Record<SignalReason, string>> {
  const entries = Object.entries(SIGNAL_REASONS) as [SignalName, SignalReason][];
  return Object.fromEntries(entries.map(([signal, reason]) => [reason, say(signal)])) as Record<SignalReason, string>;
}
