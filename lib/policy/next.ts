import type { Hold } from '../model/guard.ts';
import type { NextRemedy } from '../model/report.ts';
import type { Decision } from './decide.ts';

/** What would be done next, for a person: the rung and the guards that hold it; undefined: advice only, or given up. */
export function nextOf(decision: Decision | undefined): NextRemedy | undefined {
  if (decision?.kind !== 'hold' && decision?.kind !== 'act') return undefined;
  const blockedBy = [...new Set(holdsOf(decision).map(({ id }) => id))];
  return { remedy: decision.remedy.id, disruption: decision.disruption, blockedBy };
}

/** The same with each guard's own words. */
export function nextWithWords(decision: Decision | undefined): NextRemedy | undefined {
  const next = nextOf(decision);
  const holds = holdsOf(decision);
  return next === undefined || holds.length === 0 ? next : { ...next, holds };
}

/** That it does not stand for certain yet is its state, not a guard. */
const holdsOf = (decision: Decision | undefined): readonly Hold[] =>
  decision?.kind === 'hold' ? decision.holds.filter(({ id }) => id !== 'not-persistent') : [];
