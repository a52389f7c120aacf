import type { ProblemState } from '../model/snapshot.ts';
import type { Condition, Wish } from './conditions.ts';

/** A condition that an operator's file declares, in the words of that file. */
export type DeclaredWord =
  | {
      readonly type: string;
      readonly status: Condition['status'];
      readonly reason: string;
      readonly message: string;
      /** Nobody has looked yet: what stood before a restart stands. */
      readonly isFirst: boolean;
    }
  /** Not to be written before its first result (`skip_initial_status`). */
  | { readonly type: string; readonly status: 'waiting' };

/** The check whose faults are these words. */
const PLUGINS = 'custom-plugins';

/**
 * What a declared condition shall be. `trouble`: of a type whose problem stands, how that is said. Undefined: the words are those of a
 * problem that stands, and said as such.
 */
export function wishOfDeclared(
  word: DeclaredWord,
  standing: readonly ProblemState[],
  message: (text: string) => string,
): Wish | undefined {
  const { type } = word;
  if (word.status === 'waiting') return standing.length > 0 ? undefined : { kind: 'keep', type };
  const isOthers = standing.some(({ check }) => check !== PLUGINS);
  if (isOthers || (word.status === 'True' && standing.length > 0)) return undefined;
  // The check that makes a problem of it has yet to look.
  if (word.status === 'True') return { kind: 'keep', type };
  const condition = { type, status: word.status, reason: word.reason, message: message(word.message) };
  return { kind: word.isFirst ? 'unless-true' : 'set', condition };
}
