import type { NextRemedy } from '../model/report.ts';
import type { Decision } from './decide.ts';

/** What would be done next, for a person: the rung and the guards that hold it; undefined: advice only, or given up. */
export function nextOf(decision: Decision | undefined): NextRemedy | undefined {
  if (decision?.kind !== 'hold' && decision?.kind !== 'act') return undefined;
  // That it does not stand for certain yet is its state, not a guard.
  const holds = decision.kind === 'hold' ? decision.holds.filter(({ id }) => id !== 'not-persistent') : [];
  return { remedy: decision.remedy.id, disruption: decision.disruption, blockedBy: [...new Set(holds.map(({ id }) => id))] };
}
