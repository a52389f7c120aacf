import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { findKeeper, type Lock, takeLock, thisProcess } from '../../lib/ledger/lock.ts';
import type { MaintainRecord } from '../../lib/maintain/record.ts';

/** Where a maintenance keeps what it must not forget. */
export interface MaintainPlaces {
  readonly journal: string;
  readonly locks: readonly string[];
}

/** Of this host. */
export function placesHere({
  stateDirectory,
  runtimeDirectory,
}: Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>): MaintainPlaces {
  return {
    journal: join(stateDirectory, 'maintain.journal'),
    locks: [join(stateDirectory, 'maintain.lock'), join(runtimeDirectory, 'maintain.lock')],
  };
}

/** Of another host: with the person, who need not be root here. */
export function placesElsewhere(node: string): MaintainPlaces {
  const base = process.env.XDG_STATE_HOME ?? '';
  const directory = join(base.startsWith('/') ? base : join(homedir(), '.local/state'), 'nodemend');
  return { journal: join(directory, `maintain-${node}.journal`), locks: [join(directory, `maintain-${node}.lock`)] };
}

export const statusFileOf = ({ journal }: MaintainPlaces, { order }: MaintainRecord): string =>
  join(dirname(journal), `maintain-${order.id}.status`);

/** One at a time, and a second one is told so at once. */
export function lockMaintain({ locks }: MaintainPlaces): Lock {
  const own = thisProcess(bootClock()().boot, process.pid);
  const refuse = (who: string) =>
    new AgentError('MAINTAIN_REFUSED', `another \`nodemend maintain\` of this node is at work${who}`);
  const other = findKeeper(locks, own);
  if (other !== undefined) throw refuse(` (PID ${other.pid})`);
  try {
    return takeLock(locks, own, 'nodemend maintain');
  } catch (error) {
    throw error instanceof AgentError && error.code === 'LEDGER_LOCKED' ? refuse('') : error;
  }
}
