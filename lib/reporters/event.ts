import { judgeWrite } from '../kube/judge-write.ts';
import { nodeEvent } from '../kube/node-event.ts';
import type { Reporter, Tidings } from '../model/snapshot.ts';
import { toSeconds } from '../model/time-text.ts';
import { type Bytes, type Duration, type Instant, minutes, seconds } from '../model/units.ts';
import { clip } from './clip.ts';
import { courier } from './courier.ts';
import { eventQueue, type Queued } from './event-queue.ts';
import { type EventRecord, type GuardsSaid, recordsOf, recordsOfGuards } from './event-records.ts';
import type { NodeStatusOptions } from './node-status.ts';

export interface EventOptions extends Pick<NodeStatusOptions, 'cluster' | 'nodeName' | 'random'> {
  readonly onDefect?: (why: string) => void;
}

export interface EventReporter extends Reporter {
  /** Something of another reporter's. */
  say(record: EventRecord): void;
  /** Resolves when no event is on its way. */
  settled(): Promise<void>;
}

const DEADLINE = seconds(5);
const MOST_PER_TELLING = 10;
/** The API server refuses longer ones. */
const MESSAGE: Bytes = 1024;
/** The same said again within this is counted up, as client-go does. */
const AGGREGATE = minutes(10);
const MOST_KNOWN = 128;

interface Known {
  readonly name: string;
  readonly count: number;
  readonly at: Duration;
}

function textOf({ message, suppressed }: Queued, lost: number): string {
  const left = suppressed === 0 ? '' : ` (${suppressed} more like this were suppressed)`;
  const gone = lost === 0 ? '' : ` (${lost} events before this one were not delivered)`;
  return `${clip(message, MESSAGE - left.length - gone.length)}${left}${gone}`;
}

/** Events for every transition and every step of a remedy, while they are news. */
export function eventReporter({ cluster, nodeName, random, onDefect }: EventOptions): EventReporter {
  const queue = eventQueue();
  const known = new Map<string, Known>();
  let said: GuardsSaid = new Map();
  let aside: EventRecord[] = [];
  let latest: Tidings | undefined;
  let notBefore: Duration = 0;
  let failures = 0;
  let lost = 0;
  let serial = 0;

  const send = (method: 'POST' | 'PATCH', path: string, body: object) =>
    cluster.apiSend({ method, path, body: JSON.stringify(body), deadline: DEADLINE });

  /** Unique for this node as long as events live: an hour, usually. */
  function newName(node: string, wall: Instant): string {
    serial = (serial + 1) % 0x1000;
    return `${node.slice(0, 200)}.${wall.toString(16)}${serial.toString(16).padStart(3, '0')}`;
  }

  async function post(node: string, queued: Queued, now: Duration) {
    const { type, reason, wall } = queued;
    const path = '/api/v1/namespaces/default/events';
    const [message, lastTimestamp] = [textOf(queued, lost), toSeconds(wall)];
    const before = known.get(queued.key);
    if (before !== undefined && now - before.at < AGGREGATE) {
      const count = before.count + 1;
      const answer = await send('PATCH', `${path}/${before.name}`, { count, message, lastTimestamp });
      // Events live for an hour; one that is gone is written anew.
      if (answer.kind !== 'response' || answer.status !== 404) return { answer, known: { ...before, count, at: now } };
    }
    const name = newName(node, wall);
    const answer = await send('POST', path, nodeEvent({ node, name, type, reason, message, time: lastTimestamp }));
    return { answer, known: { name, count: 1, at: now } };
  }

  function remember(key: string, entry: Known): void {
    known.delete(key);
    known.set(key, entry);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  }

  async function deliver(): Promise<void> {
    if (latest === undefined) return;
    const now = latest.monotonic;
    if (now < notBefore || queue.next(now) === undefined) return;
    const node = await nodeName();
    if (node === undefined) return;
    for (let sent = 0; sent < MOST_PER_TELLING; sent++) {
      const queued = queue.next(now);
      if (queued === undefined) return;
      lost += queue.takeLost();
      const { answer, known: entry } = await post(node, queued, now);
      const { result, wait } = judgeWrite(answer, failures, random);
      // Ours already: the first sending was heard, and its answer was not.
      const isDone = result === 'written' || (result === 'conflict' && entry.count === 1);
      if (!isDone && result !== 'refused') {
        [failures, notBefore] = [failures + 1, now + wait];
        return;
      }
      queue.sent(queued);
      failures = 0;
      if (!isDone) continue;
      lost = 0;
      remember(queued.key, entry);
    }
  }

  const sending = courier(deliver, (error) => onDefect?.(String(error)));

  return {
    id: 'event',
    say(record) {
      aside.push(record);
    },
    async report(tidings) {
      const { snapshot, monotonic } = tidings;
      const guards = recordsOfGuards(snapshot.problems, said, monotonic);
      said = guards.said;
      for (const record of [...recordsOf(tidings), ...guards.records, ...aside])
        queue.add(record, monotonic, Date.parse(snapshot.time));
      aside = [];
      latest = tidings;
      sending.start();
    },
    settled: sending.settled,
    close: sending.close,
  };
}
