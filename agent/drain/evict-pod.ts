import type { PolicyVersion } from '../../lib/drain/budget.ts';
import { type Failure, judgeEviction } from '../../lib/drain/failure.ts';
import { goDuration } from '../../lib/drain/go-duration.ts';
import { isTerminating, type Pod, podName } from '../../lib/drain/objects.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import type { DrainContext } from './context.ts';
import { type Deadline, EndedError } from './deadline.ts';
import { type Departures, PATIENCE } from './departures.ts';
import type { PodReport } from './events.ts';
import type { Held } from './held.ts';

export interface Eviction extends DrainContext {
  readonly node: string;
  readonly version: PolicyVersion;
  readonly deadline: Deadline;
  readonly departures: Departures;
  /** What each pod is held by, for whoever asks meanwhile. */
  readonly held: Held;
}

const RETRY = seconds(5);
const LONGEST_RETRY = seconds(30);
/** A server that asks for more is asked again nevertheless. */
const LONGEST_ASKED = minutes(5);
const STEADY = 6;

/** Pods of one budget do not come back all in the same instant. */
const spread = (pod: Pod): Duration => [...podName(pod)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1000, 0);

/** kubectl's 5 s for half a minute, then ever longer; never sooner than the server asked for. */
function retryDelay(pod: Pod, { retryAfter = 0 }: Failure, attempt: number): Duration {
  const grown = Math.min(LONGEST_RETRY, RETRY * 1.5 ** Math.max(0, attempt - STEADY));
  const asked = Math.min(retryAfter, LONGEST_ASKED);
  return Math.max(grown, asked) + (attempt > 1 || asked > grown ? spread(pod) : 0);
}

const quoted = ({ metadata: { name, namespace = '' } }: Pod) => `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;

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

type Sent =
  | { readonly kind: 'granted'; readonly pod: Pod }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly failure: Failure };

async function sendUntilGranted(eviction: Eviction, first: Pod): Promise<Sent> {
  const { cluster, options, node, version, deadline, held, tell } = eviction;
  const removal = { gracePeriod: options.gracePeriod, dryRun: options.dryRun === 'server', version };
  const tries: Tries = { attempt: 0, silentSince: undefined };
  let pod = first;
  for (;;) {
    // Asked for again, a pod that is ending gives a 429 that means nothing; a grace period of ours may yet shorten its end.
    if (isTerminating(pod) && options.gracePeriod < 0) return { kind: 'granted', pod };
    tries.attempt += 1;
    if (tries.attempt === 1) tell({ event: 'evicting', node, pod: podName(pod), way: 'eviction' });
    const answer = await deadline.during(cluster.evict(pod, removal));
    if (answer.ok) return { kind: 'granted', pod };
    const judged = judgeEviction(answer.failure);
    if (judged === 'gone') return { kind: 'gone' };
    const terminatingNamespace = judged === 'namespace-terminating';
    if (terminatingNamespace && isTerminating(pod)) return { kind: 'granted', pod };
    const retryIn = nextTry(eviction, pod, answer.failure, tries);
    held.set(pod, { kind: 'refused', failure: answer.failure });
    if (retryIn === undefined) return { kind: 'failed', failure: answer.failure };
    const { message } = answer.failure;
    tell({ event: 'put-off', node, pod: podName(pod), message, retryIn, attempt: tries.attempt, terminatingNamespace });
    await deadline.sleep(retryIn);
    const fresh = await deadline.during(refresh(eviction, pod));
    if (fresh === undefined) return { kind: 'gone' };
    pod = fresh;
  }
}

/** Ended from outside: how far it was. */
function endedReport(error: unknown, pod: Pod, timeout: Duration, waiting: boolean): PodReport {
  if (!(error instanceof EndedError)) throw error;
  const name = podName(pod);
  if (error.how === 'interrupt') return { pod: name, result: 'interrupted' };
  const { metadata } = pod;
  const ended = waiting
    ? `error when waiting for pod ${JSON.stringify(metadata.name)} in namespace ${JSON.stringify(metadata.namespace ?? '')} to terminate: context deadline exceeded`
    : `error when evicting ${quoted(pod)}: global timeout reached: ${goDuration(timeout)}`;
  return { pod: name, result: 'failed', error: ended };
}

async function awaitDeparture(eviction: Eviction, pod: Pod): Promise<PodReport> {
  const { departures, held, node, tell, options } = eviction;
  const [name, way] = [podName(pod), 'eviction'] as const;
  held.set(pod, { kind: 'terminating' });
  const departure = await departures.leave(pod);
  if (departure.kind === 'abandoned') {
    tell({ event: 'abandoned', node, pod: name, after: options.skipWaitForDelete });
    return { pod: name, result: 'abandoned' };
  }
  if (departure.kind === 'left') {
    tell({ event: 'left', node, pod: name, way });
    return { pod: name, result: 'left' };
  }
  const { metadata } = pod;
  const { message } = departure.failure;
  tell({ event: 'failed', node, pod: name, way, message });
  const where = `pod ${JSON.stringify(metadata.name)} in namespace ${JSON.stringify(metadata.namespace ?? '')}`;
  return { pod: name, result: 'failed', error: `error when waiting for ${where} to terminate: ${message}` };
}

/** One pod from the first request to its absence. Never DELETE. */
export async function evictPod(eviction: Eviction, pod: Pod): Promise<PodReport> {
  const { options, node, tell } = eviction;
  const name = podName(pod);
  let waiting = false;
  try {
    const sent = await sendUntilGranted(eviction, pod);
    if (sent.kind === 'failed') {
      tell({ event: 'failed', node, pod: name, way: 'eviction', message: sent.failure.message });
      return { pod: name, result: 'failed', error: `error when evicting ${quoted(pod)}: ${sent.failure.message}` };
    }
    if (options.dryRun === 'server') return { pod: name, result: sent.kind === 'gone' ? 'left' : 'granted' };
    if (sent.kind === 'gone') {
      tell({ event: 'left', node, pod: name, way: 'eviction' });
      return { pod: name, result: 'left' };
    }
    waiting = true;
    return await awaitDeparture(eviction, sent.pod);
  } catch (error) {
    return endedReport(error, pod, options.timeout, waiting);
  }
}
