import { join } from 'node:path';
import type { AgentConfig } from '../lib/config/schema.ts';

/** What the agent keeps, and where: one place for the daemon that writes it and the commands that read it. */
export interface StatePaths {
  readonly ledger: string;
  /** Stands in while the state directory cannot be used. */
  readonly runtimeLedger: string;
  /** Claims on being the only writer; in both, so that one may be missing, read-only or deleted. */
  readonly locks: readonly string[];
  /** One directory per incident. */
  readonly evidence: string;
  readonly recorder: string;
  /** Where the log monitors stand. */
  readonly monitors: string;
  /** Where a person's commands ask the running agent. */
  readonly requests: string;
  readonly status: string;
}

/** What a running agent calls itself in its lock. */
export const AGENT = 'nodemend agent';

export function statePaths({
  stateDirectory,
  runtimeDirectory,
}: Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>): StatePaths {
  return {
    ledger: join(stateDirectory, 'ledger'),
    runtimeLedger: join(runtimeDirectory, 'ledger'),
    locks: [join(stateDirectory, 'lock'), join(runtimeDirectory, 'lock')],
    evidence: join(stateDirectory, 'evidence'),
    recorder: join(stateDirectory, 'flight.ring'),
    monitors: join(stateDirectory, 'monitors.json'),
    requests: join(runtimeDirectory, 'requests'),
    status: join(runtimeDirectory, 'status.json'),
  };
}
