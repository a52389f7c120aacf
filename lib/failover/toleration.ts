import type { Toleration } from '../model/failover.ts';
import { type Duration, seconds } from '../model/units.ts';

export const UNREACHABLE = 'node.kubernetes.io/unreachable';
export const NOT_READY = 'node.kubernetes.io/not-ready';

/** v1.Toleration.ToleratesTaint of a NoExecute taint without a value. */
function matches({ key, operator, value, effect }: Toleration, taint: string): boolean {
  if (effect !== '' && effect !== 'NoExecute') return false;
  if (key !== '' && key !== taint) return false;
  if (operator === 'Exists') return true;
  // Equal is the default; Gt and Lt compare numbers, and the taint has none.
  return (operator === '' || operator === 'Equal') && value === '';
}

/**
 * How long a pod may stay on a node with this NoExecute taint: 0 none at all, `'forever'` without an end.
 * The first toleration that matches decides, however many there are (GetMatchingTolerations).
 */
export function tolerated(tolerations: readonly Toleration[], taint: string): Duration | 'forever' {
  const first = tolerations.find((toleration) => matches(toleration, taint));
  if (first === undefined) return 0;
  if (first.tolerationSeconds === undefined) return 'forever';
  return seconds(Math.max(0, first.tolerationSeconds));
}

/** Whether it looks like what the API server's DefaultTolerationSeconds puts into every pod that says nothing. */
export function isDefault(tolerations: readonly Toleration[], taint: string, defaultSeconds: number): boolean {
  const first = tolerations.find((toleration) => matches(toleration, taint));
  return first?.key === taint && first.operator === 'Exists' && first.tolerationSeconds === defaultSeconds;
}

/** The pod's other tolerations, with these two for so many seconds: a list in a patch replaces the whole list. */
export function withTolerationSeconds(tolerations: readonly Toleration[], count: number): readonly object[] {
  const others = tolerations.filter(({ key, effect }) => effect !== 'NoExecute' || (key !== UNREACHABLE && key !== NOT_READY));
  const own = [UNREACHABLE, NOT_READY].map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: count,
  }));
  return [...others.map(withoutEmpty), ...own];
}

const withoutEmpty = (toleration: Toleration): object =>
  Object.fromEntries(Object.entries(toleration).filter(([, value]) => value !== ''));
