import type { Clock } from '../../lib/host/host.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import { seconds } from '../../lib/model/units.ts';
import type { ErrandUnit } from './errand-unit.ts';

const LOOK_EVERY = seconds(3);
/** A unit that has ended without a word is begun again: it goes on where it was. */
const DEAD_LOOKS = 2;
const CORDONED_WITHIN = seconds(45);

export interface WatchedErrand {
  readonly unit: Pick<ErrandUnit, 'record' | 'isDead' | 'launch'>;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Told to end, this agent leaves it alone: the next one takes it up. */
  readonly signal: AbortSignal;
}

/** Resolves to the record that says how this action ended; undefined: this agent ends first. `onLook`: what the record says meanwhile. */
export async function untilEnded(
  action: string,
  { unit, clock, signal }: WatchedErrand,
  onLook: (record: MoveRecord | undefined) => void,
): Promise<MoveRecord | undefined> {
  let deadLooks = 0;
  while (!signal.aborted) {
    const found = await unit.record();
    const record = found?.action === action ? found : undefined;
    onLook(record);
    if (record?.stage === 'ended') return record;
    deadLooks = (await unit.isDead()) ? deadLooks + 1 : 0;
    if (deadLooks >= DEAD_LOOKS) {
      deadLooks = 0;
      await unit.launch();
    }
    await clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
  }
  return undefined;
}

/** The claim that was made for it stands until the node is cordoned: two that begin at once see one another. */
export async function untilCordoned(action: string, { unit, clock, signal }: WatchedErrand): Promise<void> {
  const until = clock.monotonic() + CORDONED_WITHIN;
  while (!signal.aborted && clock.monotonic() < until) {
    const record = await unit.record();
    if (record?.action === action && record.stage !== 'begun' && record.stage !== 'cordoning') return;
    await clock.sleep(seconds(1), signal).catch(() => undefined);
  }
}
