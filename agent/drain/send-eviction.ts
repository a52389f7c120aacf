import type { PolicyVersion } from '../../lib/drain/budget.ts';
import { budgetNamed, type Failure, judgeEviction } from '../../lib/drain/failure.ts';
import { isTerminating, type Pod, podName } from '../../lib/drain/objects.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import type { DrainContext } from './context.ts';
import type { Deadline } from './deadline.ts';
import { type Departures, PATIENCE } from './departures.ts';
import type { Held } from './held.ts';
import type { Turns } from './turns.ts';

export interface Eviction extends DrainContext {
  readonly node: string;
  readonly version: PolicyVersion;
  readonly deadline: Deadline;
  readonly departures: Departures;
  readonly turns: Turns;
  /** What each pod is held by, for whoever asks meanwhile. */
  readonly held: Held;
  /** Passed before each request: what else has to be so. */
  readonly gate?: (pod: Pod) => Promise<void>;
}

export type Sent =
  | { readonly kind: 'granted'; readonly pod: Pod }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly failure: Failure };

const RETRY = seconds(5);
const LONGEST_RETRY = seconds(15);
/** Tries at kubectl's pace: two minutes. */
const STEADY = 24;
/** A server that asks for more is asked again nevertheless. */
const LONGEST_ASKED = minutes(5);

/** Not all in the same instant. */
const spread = (pod: Pod): Duration => [...podName(pod)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1000, 0);

/** kubectl's 5 s at first, then ever longer; never sooner than the server asked for. */
function retryDelay(pod: Pod, { retryAfter = 0 }: Failure, attempt: number): Duration {
  const grown = Math.min(LONGEST_RETRY, RETRY * 1.5 ** Math.max(0, attempt - STEADY));
  const asked = Math.min(retryAfter, LONGEST_ASKED);
  return Math.max(grown, asked) + (attempt > 1 || asked > grown ? spread(pod) : 0);
}

/** The pod as it is now; the one we know where that cannot be told. Undefined: it has gone. */
async function refresh({ cluster }: DrainContext, pod: Pod): Promise<Pod | undefined> {
  const { namespace = '', name, uid } = pod.metadata;
  const fresh = await cluster.pod(namespace, name);
  if (!fresh.ok) return fresh.failure.code === 404 ? undefined : pod;
  return fresh.value.metadata.uid === uid ? fresh.value : undefined;
}

interface Tries {
  attempt: number;
  silentSince: Duration | undefined;
  /** The budget whose turn it has. */
  turn: string | undefined;
}

/** How long until the next try; undefined: there is none. */
function nextTry(eviction: Eviction, pod: Pod, failure: Failure, tries: Tries): Duration | undefined {
  const { clock, options } = eviction;
  const answer = judgeEviction(failure);
  if (answer === 'transient') {
    tries.silentSince ??= clock.monotonic();
    return clock.monotonic() - tries.silentSince < PATIENCE ? seconds(Math.min(5, tries.attempt)) : undefined;
  }
  tries.silentSince = undefined;
  if (answer !== 'later' && answer !== 'namespace-terminating') return undefined;
  // A dry run is to say what holds the pod, not to wait for it; a server that is only busy is asked once more.
  const isEnough = options.dryRun === 'server' && (tries.attempt > 1 || failure.retryAfter === undefined);
  return isEnough ? undefined : retryDelay(pod, failure, tries.attempt);
}

/** One request, unless it is not needed. */
async function send(eviction: Eviction, pod: Pod): Promise<Sent> {
  const { cluster, options, version, deadline } = eviction;
  // Asked for again, a pod that is ending gives a 429 that means nothing; a grace period of ours may yet shorten its end.
  if (isTerminating(pod) && options.gracePeriod < 0) return { kind: 'granted', pod };
  const removal = { gracePeriod: options.gracePeriod, dryRun: options.dryRun === 'server', version };
  const answer = await deadline.during(cluster.evict(pod, removal));
  if (answer.ok) return { kind: 'granted', pod };
  const judged = judgeEviction(answer.failure);
  if (judged === 'gone') return { kind: 'gone' };
  if (judged === 'namespace-terminating' && isTerminating(pod)) return { kind: 'granted', pod };
  return { kind: 'failed', failure: answer.failure };
}

/** Waits as long as it takes, behind others of its budget; false: there is no next time. */
async function awaitNextTry(eviction: Eviction, pod: Pod, failure: Failure, tries: Tries): Promise<boolean> {
  const { deadline, held, node, tell, turns } = eviction;
  held.set(pod, { kind: 'refused', failure });
  const named = budgetNamed(failure);
  const key = named === undefined ? undefined : `${pod.metadata.namespace ?? ''}/${named}`;
  if (tries.turn !== undefined) turns.leave(tries.turn, 'refused');
  tries.turn = undefined;
  const retryIn = nextTry(eviction, pod, failure, tries);
  if (retryIn === undefined) return false;
  const { message } = failure;
  const terminatingNamespace = judgeEviction(failure) === 'namespace-terminating';
  tell({ event: 'put-off', node, pod: podName(pod), message, retryIn, attempt: tries.attempt, terminatingNamespace });
  if (key === undefined) {
    await deadline.sleep(retryIn);
    return true;
  }
  await deadline.during(turns.take(key));
  tries.turn = key;
  if (!turns.isOpen(key)) await deadline.sleep(retryDelay(pod, failure, turns.refusals(key) + 1));
  return true;
}

/** Evictions until one is granted, there is no pod any more, or no hope. Rejects with EndedError. */
export async function sendUntilGranted(eviction: Eviction, first: Pod): Promise<Sent> {
  const { deadline, node, options, tell, turns } = eviction;
  const tries: Tries = { attempt: 0, silentSince: undefined, turn: undefined };
  let pod = first;
  const isAsked = !isTerminating(pod) || options.gracePeriod >= 0;
  try {
    for (;;) {
      tries.attempt += 1;
      await eviction.gate?.(pod);
      if (isAsked && tries.attempt === 1) tell({ event: 'evicting', node, pod: podName(pod), way: 'eviction' });
      const sent = await send(eviction, pod);
      if (sent.kind !== 'failed') return sent;
      if (!(await awaitNextTry(eviction, pod, sent.failure, tries))) return sent;
      const fresh = await deadline.during(refresh(eviction, pod));
      if (fresh === undefined) return { kind: 'gone' };
      pod = fresh;
    }
  } finally {
    if (tries.turn !== undefined) turns.leave(tries.turn, 'granted');
  }
}
