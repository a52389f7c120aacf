import type { LedgerEvent } from '../model/incident.ts';
import type { Standing } from '../model/standing.ts';
import type { Decision } from './decide.ts';

/** Whether the mode alone is meant, by configuration or annotation; a disruption that is not allowed has the same id. */
export const isObserving = ({ id, why }: { readonly id: string; readonly why: string }): boolean =>
  id === 'mode' && why.endsWith('observe');

type NotedEvent = Extract<LedgerEvent, { readonly kind: 'guards' | 'would' | 'exhausted' }>;

/** What of a decision belongs into the ledger: the guards that hold a rung, what observe mode alone kept from being done, and that a problem was given up. */
export function noteOf(incident: string, { fault }: Standing, decision: Decision): NotedEvent | undefined {
  if (decision.kind === 'exhausted') return { kind: 'exhausted', incident, tried: decision.tried };
  if (decision.kind !== 'hold' && decision.kind !== 'act') return undefined;
  const { remedy, disruption } = decision;
  const all = decision.kind === 'hold' ? decision.holds : [];
  // It has not stood long enough: nothing was decided yet.
  if (all.some(({ id }) => id === 'not-persistent')) return undefined;
  const holds = all.filter((hold) => !isObserving(hold));
  if (holds.length === 0 && all.length > 0)
    return { kind: 'would', incident, remedy: remedy.id, disruption, message: fault.message };
  return { kind: 'guards', incident, remedy: remedy.id, guards: [...new Set(holds.map(({ id }) => id))].toSorted() };
}
