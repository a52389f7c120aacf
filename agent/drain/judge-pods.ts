import type { Failure, Outcome } from '../../lib/drain/failure.ts';
import { isNotFound } from '../../lib/drain/failure.ts';
import { type DaemonSetFact, daemonSetOf, type Judged, judgePod } from '../../lib/drain/filters.ts';
import type { Pod } from '../../lib/drain/objects.ts';
import type { ClusterPods } from './cluster-pods.ts';
import type { DrainContext } from './context.ts';

function factOf(failure: Failure, trust: boolean, name: string): DaemonSetFact {
  const { message } = failure;
  if (isNotFound(failure)) return { kind: 'missing', message };
  if (failure.code !== 403 || !trust) return { kind: 'unreadable', message };
  return { kind: 'assumed', message: `ignoring Pods of the DaemonSet ${name}, which this identity may not read` };
}

/** Each DaemonSet is asked for once, however many pods of it there are. */
function daemonSets(cluster: ClusterPods, trust: boolean): (pod: Pod) => Promise<DaemonSetFact | undefined> {
  const asked = new Map<string, Promise<DaemonSetFact>>();
  const ask = async (namespace: string, name: string): Promise<DaemonSetFact> => {
    const answer = await cluster.daemonSet(namespace, name);
    return answer.ok ? { kind: 'exists' } : factOf(answer.failure, trust, name);
  };
  return async (pod) => {
    const name = daemonSetOf(pod);
    if (name === undefined) return undefined;
    const { namespace = '' } = pod.metadata;
    const key = `${namespace}/${name}`;
    const answer = asked.get(key) ?? ask(namespace, name);
    asked.set(key, answer);
    return await answer;
  };
}

/** Every pod of a node with what becomes of it. */
export async function judgePods({ cluster, clock, options }: DrainContext, node: string): Promise<Outcome<readonly Judged[]>> {
  const listed = await cluster.podsOf(node, { selector: options.podSelector, chunkSize: options.chunkSize });
  if (!listed.ok) return listed;
  const factFor = daemonSets(cluster, options.trustDaemonSets);
  const judge = async (pod: Pod): Promise<Judged> => {
    const daemonSet = await factFor(pod);
    return { pod, verdict: judgePod(pod, options, { now: clock.now(), ...(daemonSet === undefined ? {} : { daemonSet }) }) };
  };
  return { ok: true, value: await Promise.all(listed.value.map(judge)) };
}
