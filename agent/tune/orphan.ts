import { existsSync, readFileSync } from 'node:fs';
import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { asTransientUnit } from '../../lib/host/transient.ts';
import { findKeeper } from '../../lib/ledger/lock.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { parseOpenChange } from '../../lib/sources/kubelet/eviction-tuning.ts';
import { ownProcess } from '../one-at-a-time.ts';
import { tuneJournalFile, tuneLocks } from './places.ts';

const EVERY: Duration = seconds(30);
/** The way forward and the way back, each with a kubelet that never comes. */
const WITHIN: Duration = minutes(10);

export interface OrphanParts {
  readonly host: HostView;
  readonly config: Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>;
  /** The program beside this one. */
  readonly launcher: string;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly signal: AbortSignal;
}

/** A change of the thresholds that nobody carries on: its journal is open, and its program is gone. */
function findOrphan(config: OrphanParts['config']): string | undefined {
  const journal = tuneJournalFile(config.stateDirectory);
  if (!existsSync(journal)) return undefined;
  const open = parseOpenChange(readFileSync(journal, 'utf8'));
  if (open === undefined) return undefined;
  const keeper = findKeeper(tuneLocks(config), ownProcess());
  return keeper === undefined ? `--${open.what} at the step "${open.step}"` : undefined;
}

async function resume({ host, launcher, log }: OrphanParts, what: string): Promise<void> {
  log.warn({ what }, 'a change of the eviction thresholds was interrupted; it is finished or put back');
  // The agent's sandbox may not write below /etc, and must not.
  const argv = asTransientUnit([launcher, 'tune', 'eviction', '--resume'], { within: WITHIN });
  const result = await host.run(argv, { deadline: WITHIN, maxBytes: 16_384 });
  const said = result.kind === 'exited' ? `${result.stdout}${result.stderr}`.trim().slice(-2000) : result.kind;
  const isClosed = result.kind === 'exited' && result.code === 0;
  if (isClosed) log.info({ said }, 'the interrupted change of the eviction thresholds is closed');
  else log.warn({ said }, 'the interrupted change of the eviction thresholds could not be closed; it is tried again');
}

/** At the start and from time to time: one look at a file that is hardly ever there. */
export async function tendOrphans(parts: OrphanParts): Promise<void> {
  const { host, config, launcher, signal, log } = parts;
  while (!signal.aborted) {
    try {
      const orphan = existsSync(launcher) ? findOrphan(config) : undefined;
      if (orphan !== undefined) await resume(parts, orphan);
    } catch (error) {
      log.warn({ why: messageOf(error) }, 'the journal of tune eviction could not be read');
    }
    await host.clock.sleep(EVERY, signal).catch(() => undefined);
  }
}
