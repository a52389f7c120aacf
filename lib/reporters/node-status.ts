import type { Reporter, Snapshot, Tidings } from '../model/snapshot.ts';
import { toSeconds } from '../model/time-text.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import { ANNOTATION, annotationsOf } from './annotations.ts';
import { type Bucket, type Rate, take } from './bucket.ts';
import { courier } from './courier.ts';
import { type NodeWriterOptions, openNodeWriter } from './node-writer.ts';
import { type OwnConditionsOptions, openOwnConditions } from './own-conditions.ts';
import { essenceOf, isCertain } from './problem-words.ts';

export interface NodeStatusOptions extends NodeWriterOptions, OwnConditionsOptions {
  /** Undefined: not joined to a cluster, or the identity cannot be used at the moment. */
  readonly nodeName: () => Promise<string | undefined>;
}

export interface NodeStatusReporter extends Reporter {
  /** Resolves when no write is on its way. */
  settled(): Promise<void>;
  /** Takes our conditions and annotations away; true when nothing of them is left. */
  withdraw(): Promise<boolean>;
}

const HEARTBEAT = minutes(5);
/** A young agent knows little: until every check has run, or this has passed, the word of the one before it stands. */
const FIRST_LOOK = seconds(30);
/** A flapping problem must not become a stream of writes: every write of a Node goes to everybody who watches Nodes. */
const WRITES: Rate = { burst: 6, every: seconds(30) };

/** When the Node is to be written: when something changed, within the rate, and else with the heartbeat. */
function openPace(random: () => number) {
  let firstAt: Duration | undefined;
  let essence = '';
  let beatAt: Duration = 0;
  let bucket: Bucket | undefined;
  return {
    isTooYoung({ checks, problems }: Snapshot, now: Duration): boolean {
      firstAt ??= now;
      if (now - firstAt >= FIRST_LOOK || problems.some(isCertain)) return false;
      return checks.some(({ lastRun }) => lastRun === null);
    },
    /** Nothing but the heartbeat would be written, and its time has not come. */
    isQuiet: (present: string, now: Duration): boolean => present === essence && now < beatAt,
    isDue(present: string, moves: boolean, now: Duration): boolean {
      if (now >= beatAt) return true;
      if (present === essence && !moves) return false;
      const rest = take(bucket, WRITES, now);
      if (rest !== undefined) bucket = rest;
      return rest !== undefined;
    },
    wrote(present: string, now: Duration): void {
      essence = present;
      beatAt = now + HEARTBEAT * (0.8 + 0.2 * random());
    },
  };
}

/** One PATCH of nodes/NAME/status when something changed, else one in five minutes. */
export function nodeStatusReporter(options: NodeStatusOptions): NodeStatusReporter {
  const writer = openNodeWriter(options);
  const conditions = openOwnConditions(options);
  const pace = openPace(options.random);
  let latest: Tidings | undefined;
  /** A node that is well, and of which the server knows it. */
  let calm: string | undefined;

  async function deliver(): Promise<void> {
    const tidings = latest;
    if (tidings === undefined || !writer.mayAsk(tidings.monotonic)) return;
    const { snapshot, monotonic: now } = tidings;
    if (pace.isTooYoung(snapshot, now)) return;
    const present = essenceOf(snapshot);
    const calmNow = conditions.calmOf(snapshot);
    if (calmNow !== undefined && calmNow === calm && pace.isQuiet(present, now)) return;
    calm = undefined;
    const name = await options.nodeName();
    const node = name === undefined ? undefined : await writer.node(name, now);
    if (name === undefined || node === undefined) return;

    const planned = conditions.plan(tidings, node);
    if (!pace.isDue(present, planned.moves.length > 0, now)) {
      // Not before the answer to a write was planned against: it shows what others have done to the Node.
      if (planned.moves.length === 0 && !planned.yields) calm = calmNow;
      return;
    }
    const time = toSeconds(Date.parse(snapshot.time));
    const annotations = annotationsOf({ ...snapshot, time }, [...planned.written.keys()]);
    const body = { metadata: { annotations }, status: { conditions: planned.changes } };
    const heard = await writer.patch(name, body, now);
    conditions.wrote(planned, heard);
    if (!heard) {
      // It may have been heard all the same: the Node is read again before the next one.
      writer.forget();
      return;
    }
    pace.wrote(present, now);
    options.onWrite?.('written', '');
  }

  const sending = courier(deliver, (error) => options.onWrite?.('failed', String(error)));

  return {
    id: 'node-status',
    async report(tidings) {
      latest = tidings;
      conditions.observe(tidings);
      sending.start();
    },
    settled: sending.settled,
    close: sending.close,
    async withdraw() {
      await sending.settled();
      const name = await options.nodeName();
      const node = name === undefined ? undefined : await writer.node(name, 0);
      if (name === undefined || node === undefined) return false;
      const annotations = Object.fromEntries(Object.values(ANNOTATION).map((key) => [key, null]));
      const gone = [...conditions.oursOn(node)].map((type) => ({ type, $patch: 'delete' }));
      return await writer.patch(name, { metadata: { annotations }, status: { conditions: gone } }, 0);
    },
  };
}
