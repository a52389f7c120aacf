import type { Clock } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { seconds } from '../lib/model/units.ts';
import type { Background } from './background.ts';
import type { Casework } from './casework.ts';
import type { Keepsakes } from './keepsakes.ts';

/** systemd's TimeoutStopSec is 30 s. */
const LAST_WORDS = seconds(8);

export interface LastWordsParts {
  readonly clock: Clock;
  readonly background: Background;
  readonly casework: Pick<Casework, 'idle' | 'close'>;
  readonly keepsakes: Pick<Keepsakes, 'idle'>;
  readonly ledger: Pick<Ledger, 'close'>;
}

/** The end in its order: nothing comes in, what was begun is written, everybody is told, the ledger is closed. */
export async function sayLastWords({ clock, background, casework, keepsakes, ledger }: LastWordsParts): Promise<void> {
  await Promise.race([background.idle(), clock.sleep(LAST_WORDS)]);
  await casework.idle();
  await keepsakes.idle();
  const lastWords = AbortSignal.timeout(LAST_WORDS);
  // A disk that hangs keeps its file open, and must not keep the agent.
  await Promise.all([casework.close(lastWords), Promise.race([background.recorded, clock.sleep(LAST_WORDS)])]);
  await ledger.close();
}
