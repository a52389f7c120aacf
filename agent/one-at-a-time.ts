import { AgentError } from '../lib/errors.ts';
import { bootClock } from '../lib/ledger/clock.ts';
import { findKeeper, type Holder, type Lock, takeLock, thisProcess } from '../lib/ledger/lock.ts';

/** This program, as others find it among the claims. */
export const ownProcess = (): Holder => thisProcess(bootClock()().boot, process.pid);

/** Of what only one may do: who came second is told so at once. `name`: what is written into the claim. `refuse`: with ` (PID 812)`, where it is known. */
export function lockAlone(directories: readonly string[], name: string, refuse: (who: string) => AgentError): Lock {
  const own = ownProcess();
  const other = findKeeper(directories, own);
  if (other !== undefined) throw refuse(` (PID ${other.pid})`);
  try {
    return takeLock(directories, own, name);
  } catch (error) {
    throw error instanceof AgentError && error.code === 'LEDGER_LOCKED' ? refuse('') : error;
  }
}
