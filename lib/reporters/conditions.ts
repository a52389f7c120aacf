import type { CheckState, ProblemState, Snapshot } from '../model/snapshot.ts';
import type { Bytes, Duration } from '../model/units.ts';
import { clip } from './clip.ts';
import { type DeclaredWord, wishOfDeclared } from './declared.ts';
import { guardsOf, isCertain, problemKey } from './problem-words.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * What a condition shall be. `unless-true`: a problem stands whose remedy is still to come, so a True of before stays True.
 * `keep`: nobody can tell yet.
 */
export type Wish =
  | { readonly kind: 'set' | 'unless-true'; readonly condition: Condition }
  | { readonly kind: 'keep'; readonly type: string };

export interface WishContext {
  readonly conditionAfter: Duration;
  /** How long the problem has been certain, by `problemKey`. */
  readonly certainFor: (key: string) => Duration;
  /** How long the check could not tell. */
  readonly unknownFor: (check: string) => Duration;
  /** Conditions of an operator's files that no check of ours feeds. */
  readonly declared?: readonly DeclaredWord[];
}

const MESSAGE: Bytes = 512;
const SEVERITY = { critical: 0, warning: 1, notice: 2 } as const;

/** node-problem-detector's words where it has some: what consumes its conditions may match their reasons. */
const CLEAR_REASON: Readonly<Record<string, string>> = {
  KernelDeadlock: 'KernelHasNoDeadlock',
  ReadonlyFilesystem: 'FilesystemIsNotReadOnly',
  XfsShutdown: 'XfsHasNotShutDown',
  CperHardwareErrorFatal: 'CperHardwareHasNoFatalError',
  NTPProblem: 'NTPIsUp',
  KubeletUnhealthy: 'KubeletIsHealthy',
  ContainerRuntimeUnhealthy: 'ContainerRuntimeIsHealthy',
};

export const clearReason = (type: string): string => CLEAR_REASON[type] ?? `No${type}`;

function isDue(problem: ProblemState, { conditionAfter, certainFor }: WishContext): boolean {
  if (problem.exhausted || !problem.localRungToCome) return true;
  return certainFor(problemKey(problem)) >= conditionAfter;
}

const messageOf = (problems: readonly ProblemState[]) => clip(problems.map(({ message }) => message).join('; '), MESSAGE);

/** A type whose problem stands. */
function wishOfTrouble(type: string, problems: readonly ProblemState[], context: WishContext): Wish {
  const certain = problems.filter(isCertain).toSorted((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]);
  const due = certain.filter((problem) => isDue(problem, context));
  const [worst] = due;
  if (worst !== undefined) {
    const condition = { type, status: 'True', reason: worst.reason, message: messageOf(due) } as const;
    return { kind: 'set', condition };
  }
  const guards = [...new Set(certain.flatMap(guardsOf))];
  const repair = guards.length === 0 ? 'being repaired' : `its remedy is held by ${guards.join(', ')}`;
  const message = certain.length === 0 ? `suspected: ${messageOf(problems)}` : `${repair}: ${messageOf(certain)}`;
  return {
    kind: 'unless-true',
    condition: { type, status: 'False', reason: clearReason(type), message: clip(message, MESSAGE) },
  };
}

/**
 * A type without a problem: what its checks say. A check of several types that found another one has its words about that.
 * Undefined: it does not apply to this node.
 */
function wishOfChecks(
  type: string,
  { checks, isNoticed }: { readonly checks: readonly CheckState[]; readonly isNoticed: boolean },
  context: WishContext,
): Wish | undefined {
  const applicable = checks.filter(({ status }) => status !== 'skip');
  if (applicable.length === 0) return undefined;
  const unknown = applicable.filter(({ status }) => status === 'unknown');
  const [first] = unknown;
  const said = applicable.map(({ name, status, summary }) =>
    !isNoticed && (status === 'warn' || status === 'fail') ? `${name} tells of no ${type}` : summary,
  );
  const message = clip(said.join('; '), MESSAGE);
  if (first === undefined) return { kind: 'set', condition: { type, status: 'False', reason: clearReason(type), message } };
  if (unknown.some(({ name, lastRun }) => lastRun !== null && context.unknownFor(name) >= context.conditionAfter)) {
    const why = clip(unknown.map(({ summary }) => summary).join('; '), MESSAGE);
    return { kind: 'set', condition: { type, status: 'Unknown', reason: 'CheckCouldNotTell', message: why } };
  }
  return { kind: 'keep', type };
}

/** By type, what each condition of this agent shall be; a type that is not here shall not be there. */
export function wishesOf({ checks, problems }: Snapshot, context: WishContext): ReadonlyMap<string, Wish> {
  const loud = problems.filter(({ severity }) => severity !== 'notice');
  const types = [...new Set(checks.flatMap(({ conditions }) => conditions))].toSorted();
  const wishes = types.flatMap((type): [string, Wish][] => {
    const standing = loud.filter((problem) => problem.type === type);
    const feeding = checks.filter(({ conditions }) => conditions.includes(type));
    const quiet = { checks: feeding, isNoticed: problems.some((problem) => problem.type === type) };
    const wish = standing.length > 0 ? wishOfTrouble(type, standing, context) : wishOfChecks(type, quiet, context);
    return wish === undefined ? [] : [[type, wish]];
  });
  const declared = (context.declared ?? []).map((word): [string, Wish] => {
    const standing = loud.filter(({ type }) => type === word.type);
    const wish = wishOfDeclared(word, standing, (text) => clip(text, MESSAGE));
    return [word.type, wish ?? wishOfTrouble(word.type, standing, context)];
  });
  return new Map([...declared, ...wishes]);
}
