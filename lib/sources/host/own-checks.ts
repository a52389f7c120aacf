import type { LedgerState } from '../../model/incident.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, seconds } from '../../model/units.ts';

/** One check of the running agent, by the clock that never jumps. */
export interface OwnCheck {
  readonly id: string;
  readonly interval: Duration;
  /** Of the slowest thing it reads. */
  readonly deadline: Duration;
  /** Since its last result; without one, since it was to begin. */
  readonly silentFor: Duration;
  /** For how long it could say nothing; absent: it could. */
  readonly blindFor?: Duration;
  /** Why it could not. */
  readonly why?: string;
}

/** How the agent itself is. */
export type OwnChecks =
  | { readonly kind: 'agent'; readonly checks: readonly OwnCheck[]; readonly ledger: LedgerState }
  | { readonly kind: 'no-agent'; readonly why: string };

/** Answered by the daemon out of its own memory; whoever looks once has none. */
export const ownChecks = defineSource<OwnChecks>({
  id: 'own-checks',
  deadline: seconds(1),
  read: async () => ({ kind: 'no-agent', why: 'only a running agent knows when its checks ran: nodemend status' }),
});
