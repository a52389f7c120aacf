import type { PolicyVersion } from '../../lib/drain/budget.ts';
import { isNotFound } from '../../lib/drain/failure.ts';
import { isFinished, isTerminating, type Pod, podName } from '../../lib/drain/objects.ts';
import { seconds } from '../../lib/model/units.ts';
import type { DrainContext } from './context.ts';
import { type Deadline, deadlineOf, EndedError } from './deadline.ts';
import { type Departures, departuresFrom } from './departures.ts';
import type { PodReport, Way } from './events.ts';
import { evictPod } from './evict-pod.ts';
import type { EvictionRequests } from './eviction-requests.ts';
import { explainHeld } from './explain-held.ts';
import { type Held, heldPods } from './held.ts';
import { requestPod } from './request-pod.ts';
import { budgetTurns, type Turns } from './turns.ts';

interface Emptying extends DrainContext {
  readonly node: string;
  readonly version: PolicyVersion;
  readonly deadline: Deadline;
  readonly departures: Departures;
  readonly held: Held;
  readonly turns: Turns;
}

const FIRST_WORD = seconds(15);
const NEXT_WORD = seconds(30);

/** Says from time to time what is waited for, until the end. */
async function keepTelling(emptying: Emptying, started: number): Promise<void> {
  const { clock, deadline, held, node, tell } = emptying;
  try {
    for (let pause = FIRST_WORD; ; pause = NEXT_WORD) {
      await deadline.sleep(pause);
      const pods = held.all();
      if (pods.length === 0) continue;
      const explained = await deadline.during(explainHeld(pods, emptying));
      tell({ event: 'waiting', node, elapsed: clock.monotonic() - started, ...explained });
    }
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
  }
}

async function evictAll(emptying: Emptying, pods: readonly Pod[]): Promise<readonly PodReport[]> {
  return await Promise.all(
    pods.map(async (pod) => {
      const report = await evictPod(emptying, pod);
      if (report.result !== 'failed' && report.result !== 'interrupted') emptying.held.release(report.pod);
      return report;
    }),
  );
}

async function requestAll(emptying: Emptying, pods: readonly Pod[], requests: EvictionRequests): Promise<readonly PodReport[]> {
  return await Promise.all(
    pods.map(async (pod) => {
      // Of a pod that has ended, or is about to, nobody needs to be asked.
      const isOver = isFinished(pod) || isTerminating(pod);
      const report = await (isOver ? evictPod(emptying, pod) : requestPod({ ...emptying, requests }, pod));
      if (report.result === 'left' || report.result === 'abandoned') emptying.held.release(report.pod);
      return report;
    }),
  );
}

/** As kubectl's --disable-eviction: one after the other, the first refusal ends it; then all are waited for. */
async function deleteAll(emptying: Emptying, pods: readonly Pod[]): Promise<readonly PodReport[]> {
  const { cluster, deadline, departures, held, node, options, tell } = emptying;
  const dryRun = options.dryRun === 'server';
  const way: Way = 'deletion';
  const reports = new Map<string, PodReport>();
  const report = (pod: string, result: PodReport['result'], error?: string) =>
    reports.set(pod, { pod, result, ...(error === undefined ? {} : { error }) });
  const leave = async (pod: Pod): Promise<void> => {
    const name = podName(pod);
    held.set(pod, { kind: 'terminating' });
    const departure = await departures.leave(pod);
    if (departure.kind === 'failed') {
      tell({ event: 'failed', node, pod: name, way, message: departure.failure.message });
      report(name, 'failed', departure.failure.message);
      return;
    }
    held.release(name);
    report(name, departure.kind);
    if (departure.kind === 'left') tell({ event: 'left', node, pod: name, way });
    else tell({ event: 'abandoned', node, pod: name, after: options.skipWaitForDelete });
  };
  try {
    for (const pod of pods) {
      tell({ event: 'evicting', node, pod: podName(pod), way });
      const answer = await deadline.during(cluster.remove(pod, { gracePeriod: options.gracePeriod, dryRun }));
      if (answer.ok || isNotFound(answer.failure)) report(podName(pod), dryRun ? 'granted' : 'interrupted');
      else {
        report(podName(pod), 'failed', answer.failure.message);
        return [...reports.values()];
      }
    }
    if (!dryRun) await Promise.all(pods.map(leave));
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
    const late = error.how === 'timeout';
    for (const { pod } of held.all())
      report(podName(pod), late ? 'failed' : 'interrupted', late ? 'context deadline exceeded' : undefined);
  }
  return [...reports.values()];
}

/** What held those that did not go, said once at the end. */
async function withReasons(reports: readonly PodReport[], emptying: Emptying): Promise<readonly PodReport[]> {
  const open = emptying.held.all();
  if (open.length === 0 || emptying.signal.aborted) return reports;
  const explained = new Map((await explainHeld(open, emptying)).pods.map(({ pod, why }) => [pod, why]));
  return reports.map((report) => {
    const why = report.result === 'failed' || report.result === 'interrupted' ? explained.get(report.pod) : undefined;
    return why === undefined || report.error?.endsWith(why) === true ? report : { ...report, why };
  });
}

/** Has these pods leave the node; ends with its deadline or the interruption, and never throws for either. */
export async function emptyNode(
  context: DrainContext,
  { node, pods, version, way }: { node: string; pods: readonly Pod[]; version: PolicyVersion; way: Way },
): Promise<readonly PodReport[]> {
  const deadline = deadlineOf(context.clock, context.options.timeout, context.signal);
  const over = new AbortController();
  const telling = deadlineOf(context.clock, 0, AbortSignal.any([over.signal, deadline.signal]));
  const emptying: Emptying = {
    ...context,
    node,
    version,
    deadline,
    departures: departuresFrom(node, context, deadline),
    held: heldPods(),
    turns: budgetTurns(),
  };
  const words = keepTelling({ ...emptying, deadline: telling }, context.clock.monotonic());
  try {
    const { requests } = context;
    if (way === 'request' && requests !== undefined)
      return await withReasons(await requestAll(emptying, pods, requests), emptying);
    const reports = await (way === 'deletion' ? deleteAll(emptying, pods) : evictAll(emptying, pods));
    return await withReasons(reports, emptying);
  } finally {
    over.abort();
    await words;
    deadline.close();
    telling.close();
  }
}
