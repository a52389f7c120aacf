import { DISRUPTION_RANK } from '../model/disruption.ts';
import type { Intent, LedgerEntry, LedgerKept, Moment } from '../model/incident.ts';
import { restartsLeft } from './budget.ts';

/**
 * Why an intent must not be carried out for want of a ledger: the disk may have failed after the decision, and what is not on disk
 * is not counted for long. `before`: what the ledger knew before this intent.
 */
export function whyUncounted(before: readonly LedgerEntry[], intent: Intent, kept: LedgerKept, now: Moment): string | undefined {
  if (kept === 'disk') return undefined;
  const { unit, disruption } = intent;
  if (kept === 'memory')
    return 'no-ledger: the intent could be written nowhere, and would be forgotten by a restart of the agent';
  if (DISRUPTION_RANK[disruption] > DISRUPTION_RANK.local) return `no-ledger: its disruption is ${disruption}`;
  if (unit === undefined) return 'no-ledger: it restarts no unit, and would be forgotten by a reboot';
  if (restartsLeft(before, unit, kept, now) > 0) return undefined;
  return `no-ledger: ${unit} was restarted since the boot, and only /run knows of it`;
}
