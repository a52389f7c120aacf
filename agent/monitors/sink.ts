import type { Clock } from '../../lib/host/host.ts';
import type { SavedState } from '../../lib/monitors/saved-state.ts';
import type { EventRecord } from '../../lib/reporters/event-records.ts';
import type { Log } from '../../lib/reporters/log.ts';
import type { LogKind } from '../../lib/sources/host/log-conditions.ts';
import type { KubeletEar } from './kubelet-ear.ts';
import type { LogDesk, Outcome } from './log-desk.ts';

/** What the sources of log lines work with. */
export interface Sink {
  readonly clock: Clock;
  readonly desk: LogDesk;
  readonly saved: SavedState | undefined;
  readonly log: Log;
  readonly ear: KubeletEar;
  /** Tells what came of lines. */
  tell(kind: LogKind, outcome: Outcome): void;
  /** Tells an event of the source itself. */
  say(event: EventRecord): void;
  /** `why` undefined: the source is read. */
  see(source: string, kind: LogKind, why: string | undefined): void;
  /** The source stands elsewhere: worth keeping, some time. `first`: soon, because nothing is kept of it yet. */
  moved(first?: boolean): void;
  /** Does what may fail through a slip of ours: no line may end the agent. */
  guard(work: () => void): void;
}
