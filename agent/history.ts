import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import { readLedger } from '../lib/ledger/read.ts';
import type { LedgerEntry } from '../lib/model/incident.ts';
import { statePaths } from './state-paths.ts';

export interface KnownHistory {
  readonly entries: readonly LedgerEntry[];
  /** What could not be read, in sentences. */
  readonly notes: readonly string[];
}

/** Everything the ledger of this node still has, whether or not an agent writes into it. */
export async function readHistory(config: AgentConfig): Promise<KnownHistory> {
  const { ledger, runtimeLedger } = statePaths(config);
  const { entries, corrupt, failures } = await readLedger([ledger, runtimeLedger]);
  const denied = failures.find(({ code }) => code === 'EACCES' || code === 'EPERM');
  if (denied !== undefined) throw new AgentError('PERMISSION_DENIED', `${denied.path} may not be read`);
  const notes = failures.map(({ path, code }) => `${path} cannot be read (${code}); what it holds is missing here`);
  if (corrupt > 0) notes.push(`${corrupt} damaged lines of the ledger were skipped`);
  return { entries, notes };
}
