import type { ClusterClient } from '../kube/client.ts';
import { judgeWrite, type WriteVerdict } from '../kube/judge-write.ts';
import { type NodeStatus, parseNodeStatus } from '../kube/node-status.ts';
import type { Reporter, Snapshot, Tidings } from '../model/snapshot.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import { ANNOTATION, annotationsOf } from './annotations.ts';
import { type Bucket, type Rate, take } from './bucket.ts';
import { type ConditionPlan, ownershipOf, planConditions, toSeconds, type Written, wordsOf } from './condition-patch.ts';
import { type Wish, wishesOf } from './conditions.ts';
import { courier } from './courier.ts';
import type { DeclaredWord } from './declared.ts';
import { essenceOf, isCertain, problemKey } from './problem-words.ts';
import { follow, lasting, type Since } from './since.ts';

export type Cluster = Pick<ClusterClient, 'apiGet' | 'apiSend'>;
type ApiAnswer = Awaited<ReturnType<Cluster['apiGet']>>;

export interface NodeStatusOptions {
  readonly cluster: Cluster;
  /** Undefined: not joined to a cluster, or the identity cannot be used at the moment. */
  readonly nodeName: () => Promise<string | undefined>;
  readonly conditionAfter: Duration;
  /** 0..1, for jitter. */
  readonly random: () => number;
  /** Conditions of an operator's files, in their words. */
  readonly declared?: () => readonly DeclaredWord[];
  /** Why this Node must not be written: it belongs to another machine. */
  readonly refuse?: (node: unknown) => string | undefined;
  /** The Node as a write answered it: the regular read of annotations and spec. */
  readonly onNode?: (node: unknown, answer: ApiAnswer) => void;
  /** A type that somebody else keeps alive; once for each. */
  readonly onForeign?: (type: string) => void;
  readonly onWrite?: (result: WriteVerdict['result'] | 'another-machine', why: string) => void;
}

export interface NodeStatusReporter extends Reporter {
  /** Resolves when no write is on its way. */
  settled(): Promise<void>;
  /** Takes our conditions and annotations away; true when nothing of them is left. */
  withdraw(): Promise<boolean>;
}

const DEADLINE = seconds(5);
const HEARTBEAT = minutes(5);
/** A young agent knows little: until every check has run, or this has passed, the word of the one before it stands. */
const FIRST_LOOK = seconds(30);
/** A flapping problem must not become a stream of writes: every write of a Node goes to everybody who watches Nodes. */
const WRITES: Rate = { burst: 6, every: seconds(30) };

function whyOf(answer: ApiAnswer): string {
  if (answer.kind === 'failed') return answer.code;
  if (answer.kind === 'untrusted' || answer.kind === 'no-identity') return answer.reason;
  if (answer.kind !== 'response') return answer.kind;
  const { body, status } = answer;
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
  return typeof message === 'string' ? message.slice(0, 300) : `HTTP ${status}, and the answer is no Node`;
}

/** One PATCH of nodes/NAME/status when something changed, else one in five minutes. */
export function nodeStatusReporter(options: NodeStatusOptions): NodeStatusReporter {
  const { cluster, random, conditionAfter } = options;
  let latest: Tidings | undefined;
  let firstAt: Duration | undefined;
  let server: NodeStatus | undefined;
  let written: Written = new Map();
  let unsure: Written = new Map();
  let essence = '';
  let beatAt: Duration = 0;
  let notBefore: Duration = 0;
  let failures = 0;
  let bucket: Bucket | undefined;
  let certain: Since = new Map();
  let unknown: Since = new Map();
  const announced = new Set<string>();

  /** Takes in an answer, and remembers how long to leave the server alone. */
  function took(answer: ApiAnswer, now: Duration): boolean {
    const { result, wait } = judgeWrite(answer, failures, random);
    const body = answer.kind === 'response' ? answer.body : undefined;
    const node = result === 'written' ? parseNodeStatus(body, ANNOTATION.report) : undefined;
    failures = result === 'written' ? 0 : failures + 1;
    notBefore = now + wait;
    if (result === 'absent') server = undefined;
    if (node === undefined) {
      options.onWrite?.(result === 'written' ? 'failed' : result, whyOf(answer));
      return false;
    }
    server = node;
    options.onNode?.(body, answer);
    const stranger = options.refuse?.(body);
    if (stranger === undefined) return true;
    options.onWrite?.('another-machine', stranger);
    [server, notBefore] = [undefined, now + minutes(5)];
    return false;
  }

  function wishes({ snapshot, monotonic }: Tidings): ReadonlyMap<string, Wish> {
    const declared = options.declared?.() ?? [];
    const context = {
      conditionAfter,
      certainFor: lasting(certain, monotonic),
      unknownFor: lasting(unknown, monotonic),
      declared,
    };
    return wishesOf(snapshot, context);
  }

  function plan(tidings: Tidings, node: NodeStatus): ConditionPlan {
    const now = Date.parse(tidings.snapshot.time);
    const wished = wishes(tidings);
    const ownership = ownershipOf(node, { written, unsure }, now);
    // Read anew since then: what is ours in it is what was heard of us.
    if (unsure.size > 0) [written, unsure] = [wordsOf(node, ownership.ours), new Map()];
    for (const type of ownership.foreign) {
      if (!wished.has(type) || announced.has(type)) continue;
      announced.add(type);
      options.onForeign?.(type);
    }
    return planConditions(wished, node, ownership, written, now);
  }

  function isTooYoung({ checks, problems }: Snapshot, now: Duration): boolean {
    firstAt ??= now;
    if (now - firstAt >= FIRST_LOOK || problems.some(isCertain)) return false;
    return checks.some(({ lastRun }) => lastRun === null);
  }

  function isDue(now: Duration, changed: boolean): boolean {
    if (now >= beatAt) return true;
    if (!changed) return false;
    const rest = take(bucket, WRITES, now);
    if (rest !== undefined) bucket = rest;
    return rest !== undefined;
  }

  const pathOf = (name: string, sub = '') => `/api/v1/nodes/${encodeURIComponent(name)}${sub}`;

  async function patch(name: string, body: object) {
    const path = pathOf(name, '/status');
    return cluster.apiSend({ method: 'PATCH', path, body: JSON.stringify(body), deadline: DEADLINE });
  }

  async function read(name: string, now: Duration): Promise<boolean> {
    return server !== undefined || took(await cluster.apiGet({ path: pathOf(name), deadline: DEADLINE }), now);
  }

  async function deliver(): Promise<void> {
    const tidings = latest;
    if (tidings === undefined || tidings.monotonic < notBefore) return;
    const { snapshot, monotonic: now } = tidings;
    if (isTooYoung(snapshot, now)) return;
    const name = await options.nodeName();
    if (name === undefined || !(await read(name, now)) || server === undefined) return;

    const planned = plan(tidings, server);
    const present = essenceOf(snapshot);
    if (!isDue(now, present !== essence || planned.moves.length > 0)) return;
    const time = toSeconds(Date.parse(snapshot.time));
    const annotations = annotationsOf({ ...snapshot, time }, [...planned.written.keys()]);
    const answer = await patch(name, { metadata: { annotations }, status: { conditions: planned.changes } });
    if (!took(answer, now)) {
      // It may have been heard all the same: the Node is read again before the next one.
      [server, unsure] = [undefined, planned.written];
      return;
    }
    [written, unsure, essence] = [planned.written, new Map(), present];
    beatAt = now + HEARTBEAT * (0.8 + 0.2 * random());
    options.onWrite?.('written', '');
  }

  const sending = courier(deliver, (error) => options.onWrite?.('failed', String(error)));

  return {
    id: 'node-status',
    async report(tidings) {
      const { snapshot, monotonic } = tidings;
      latest = tidings;
      certain = follow(certain, snapshot.problems.filter(isCertain).map(problemKey), monotonic);
      const dark = snapshot.checks.filter(({ status }) => status === 'unknown').map(({ name }) => name);
      unknown = follow(unknown, dark, monotonic);
      sending.start();
    },
    settled: sending.settled,
    close: sending.close,
    async withdraw() {
      await sending.settled();
      const name = await options.nodeName();
      if (name === undefined || !(await read(name, 0)) || server === undefined) return false;
      const { ours } = ownershipOf(server, { written, unsure }, 0);
      const annotations = Object.fromEntries(Object.values(ANNOTATION).map((key) => [key, null]));
      const conditions = [...ours].map((type) => ({ type, $patch: 'delete' }));
      return took(await patch(name, { metadata: { annotations }, status: { conditions } }), 0);
    },
  };
}
