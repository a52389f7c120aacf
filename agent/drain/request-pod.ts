import { isNotFound, isTransient } from '../../lib/drain/failure.ts';
import { isLongDeleted } from '../../lib/drain/filters.ts';
import { goDuration } from '../../lib/drain/go-duration.ts';
import { isFinished, isTerminating, type Pod, podName } from '../../lib/drain/objects.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { DrainContext } from './context.ts';
import { type Deadline, EndedError } from './deadline.ts';
import type { PodReport } from './events.ts';
import type { EvictionRequests, RequestedEviction } from './eviction-requests.ts';
import type { Held } from './held.ts';

export interface Requesting extends DrainContext {
  readonly node: string;
  readonly deadline: Deadline;
  readonly held: Held;
  readonly requests: EvictionRequests;
}

const EVERY: Duration = seconds(2);

/** Who is at it, and what he says. */
function progressOf(evictions: readonly RequestedEviction[], pod: Pod): string {
  const eviction = evictions.find(({ spec }) => spec?.target?.pod?.uid === pod.metadata.uid);
  const active = eviction?.status?.targetResponders?.find(({ state }) => state === 'Active')?.name;
  if (active === undefined) return 'its eviction is requested, and nobody has begun with it yet';
  const message = eviction?.status?.responders?.find(({ name }) => name === active)?.message;
  return `its eviction is requested, ${active} is responsible now${message === undefined ? '' : `: ${message}`}`;
}

type Look = { readonly kind: 'left' | 'abandoned' | 'waiting' } | { readonly kind: 'failed'; readonly message: string };

async function lookAtPod({ clock, cluster, held, options }: Requesting, pod: Pod): Promise<Look> {
  const fresh = await cluster.pod(pod.metadata.namespace ?? '', pod.metadata.name);
  if (!fresh.ok) return { kind: isNotFound(fresh.failure) ? 'left' : 'waiting' };
  if (fresh.value.metadata.uid !== pod.metadata.uid) return { kind: 'left' };
  if (isLongDeleted(fresh.value, options.skipWaitForDelete, clock.now())) return { kind: 'abandoned' };
  // It has ended, and who answers for it lets it stand.
  if (isFinished(fresh.value) && !isTerminating(fresh.value)) return { kind: 'left' };
  if (isTerminating(fresh.value)) held.set(fresh.value, { kind: 'terminating' });
  return { kind: 'waiting' };
}

async function lookAtRequest({ held, requests }: Requesting, pod: Pod): Promise<Look> {
  const found = await requests.request(pod);
  if (!found.ok) {
    if (isTransient(found.failure) || found.failure.code === 429) return { kind: 'waiting' };
    const isGone = isNotFound(found.failure);
    return { kind: 'failed', message: isGone ? 'somebody withdrew the request for its eviction' : found.failure.message };
  }
  const conditions = found.value.status?.conditions ?? [];
  const failed = conditions.find(({ type, status }) => type === 'Failed' && status === 'True');
  if (failed !== undefined) return { kind: 'failed', message: [failed.reason, failed.message].filter(Boolean).join(': ') };
  const listed = await requests.evictions(pod.metadata.namespace ?? '');
  held.set(pod, { kind: 'requested', why: progressOf(listed.ok ? listed.value : [], pod) });
  return { kind: 'waiting' };
}

/** Until it has left, or nobody is going to move it. */
async function watch(requesting: Requesting, pod: Pod): Promise<Look> {
  const { deadline, held } = requesting;
  for (;;) {
    const there = await deadline.during(lookAtPod(requesting, pod));
    if (there.kind !== 'waiting') return there;
    const isEnding = held.all().some((one) => podName(one.pod) === podName(pod) && one.by.kind === 'terminating');
    // A pod that is ending needs no request any more.
    const asked = isEnding ? there : await deadline.during(lookAtRequest(requesting, pod));
    if (asked.kind === 'failed') return asked;
    await deadline.sleep(EVERY);
  }
}

async function ask({ deadline, options, requests }: Requesting, pod: Pod): Promise<string | undefined> {
  const made = await deadline.during(requests.create(pod, options.dryRun === 'server'));
  // Of a drain that was interrupted: it is the same request.
  return made.ok || made.failure.code === 409 ? undefined : made.failure.message;
}

async function move(requesting: Requesting, pod: Pod): Promise<PodReport> {
  const { node, options, tell } = requesting;
  const [name, way] = [podName(pod), 'request'] as const;
  const failed = (message: string): PodReport => {
    tell({ event: 'failed', node, pod: name, way, message });
    return {
      pod: name,
      result: 'failed',
      error: `error when requesting the eviction of pod ${JSON.stringify(name)}: ${message}`,
    };
  };
  tell({ event: 'evicting', node, pod: name, way });
  const refused = await ask(requesting, pod);
  if (refused !== undefined) return failed(refused);
  if (options.dryRun === 'server') return { pod: name, result: 'granted' };
  const seen = await watch(requesting, pod);
  if (seen.kind === 'failed') return failed(seen.message);
  if (seen.kind === 'abandoned') tell({ event: 'abandoned', node, pod: name, after: options.skipWaitForDelete });
  else tell({ event: 'left', node, pod: name, way });
  return { pod: name, result: seen.kind === 'abandoned' ? 'abandoned' : 'left' };
}

/** One pod, by a request for its eviction; withdrawn when it failed, or nobody waits for it any more. */
export async function requestPod(requesting: Requesting, pod: Pod): Promise<PodReport> {
  const { options, requests } = requesting;
  try {
    return await move(requesting, pod);
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
    if (error.how === 'interrupt') return { pod: podName(pod), result: 'interrupted' };
    const message = `error when requesting the eviction of pod ${JSON.stringify(podName(pod))}: global timeout reached: ${goDuration(options.timeout)}`;
    return { pod: podName(pod), result: 'failed', error: message };
  } finally {
    if (options.dryRun === 'none') await requests.withdraw(pod);
  }
}
