import { goDuration } from '../../lib/drain/go-duration.ts';
import { type Pod, podName } from '../../lib/drain/objects.ts';
import type { Duration } from '../../lib/model/units.ts';
import { EndedError } from './deadline.ts';
import type { PodReport } from './events.ts';
import { type Eviction, sendUntilGranted } from './send-eviction.ts';

const quoted = ({ metadata: { name, namespace = '' } }: Pod) => `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;

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
