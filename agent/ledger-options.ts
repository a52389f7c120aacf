import type { AgentConfig } from '../lib/config/schema.ts';
import type { LedgerOptions } from '../lib/ledger/ledger.ts';
import { HEARTBEAT_KEEPS } from '../lib/policy/heartbeat.ts';
import { LOCAL_BUDGET_KEEPS } from '../lib/policy/local-budget.ts';
import { statePaths } from './state-paths.ts';

/** The ledger of this node, for whoever holds its lock. */
export function ledgerOptions(config: AgentConfig, clock: LedgerOptions['clock']): LedgerOptions {
  const { ledger, runtimeLedger } = statePaths(config);
  const spans = Object.values(config.remedies).map(({ per, cooldown }) => Math.max(per, cooldown));
  return {
    directory: ledger,
    runtimeDirectory: runtimeLedger,
    clock,
    keep: Math.max(LOCAL_BUDGET_KEEPS, HEARTBEAT_KEEPS, ...spans),
  };
}
