import type { PolicyVersion } from '../../lib/drain/budget.ts';
import { isNotFound } from '../../lib/drain/failure.ts';
import { isTerminating, type Pod, podName } from '../../lib/drain/objects.ts';
import {
  firstOf,
  type PodOfContainer,
  type PodProcesses,
  podsOfContainers,
  processesOf,
} from '../../lib/drain-remedy/fencing.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import { type Duration, ms, seconds } from '../../lib/model/units.ts';
import type { HostProcess } from '../../lib/reboot/empty.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { readHostProcesses } from '../reboot/host-processes.ts';

/** What is left of the kubelet. `since`: of its process. */
export type KubeletState =
  | { readonly kind: 'alive' | 'gone' }
  | { readonly kind: 'silent'; readonly pid: number; readonly startTicks: number };

export interface FenceParts {
  readonly host: Pick<HostView, 'clock' | 'processes' | 'readFile'>;
  readonly control: HostControl;
  readonly cluster: ClusterPods;
  kubelet(): Promise<KubeletState>;
  /** Undefined: the runtime does not say. */
  containers(): Promise<PodOfContainer | undefined>;
}

/** Does for a dead kubelet what it would do for pods whose deletion was granted, and for no others. */
export interface Fence {
  /** One look; what was done, in sentences. */
  look(node: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** A kubelet that restarts is back by then; one that is hung was restarted by a rung before this one. */
const DEAD_AFTER: Duration = seconds(30);
const KILL_WITHIN: Duration = seconds(10);

async function processesOfPod(parts: FenceParts, pod: Pod, podOf: PodOfContainer): Promise<PodProcesses> {
  const all = await readHostProcesses(parts.host);
  return all.kind === 'unknown'
    ? { mine: [], unproven: `the processes of this host are not known: ${all.why}` }
    : processesOf(pod.metadata.uid ?? 'none', all.value, podOf);
}

async function signalAll({ control }: FenceParts, processes: readonly HostProcess[], signal: 'SIGTERM' | 'SIGKILL') {
  for (const { pid, startTicks } of processes) await control.control({ kind: 'signal-process', pid, startTicks, signal });
}

/** Undefined: not one process of the pod is left, and that is proved. */
async function killAll(parts: FenceParts, pod: Pod, podOf: PodOfContainer): Promise<string | undefined> {
  const { clock } = parts.host;
  const until = clock.monotonic() + KILL_WITHIN;
  for (;;) {
    const { mine, unproven } = await processesOfPod(parts, pod, podOf);
    if (mine.length === 0) return unproven;
    if (clock.monotonic() >= until) return `${mine.length} of its processes outlive SIGKILL`;
    // Again and again: what forks while it is counted is met in the next round.
    await signalAll(parts, mine, 'SIGKILL');
    await clock.sleep(ms(250));
  }
}

/** By an eviction, whose right an agent has anyway; one that counts a pod that ends against its budget is told by a deletion. */
async function removeFromApi({ cluster }: FenceParts, pod: Pod, version: PolicyVersion): Promise<string | undefined> {
  const evicted = await cluster.evict(pod, { gracePeriod: 0, dryRun: false, version });
  if (evicted.ok || isNotFound(evicted.failure)) return undefined;
  const removed = await cluster.remove(pod, { gracePeriod: 0, dryRun: false });
  return removed.ok || isNotFound(removed.failure) ? undefined : removed.failure.message;
}

export function openFence(parts: FenceParts): Fence {
  const { clock } = parts.host;
  const asked = new Set<string>();
  let silentSince: Duration | undefined;

  /** Whether nobody will ever again start a container for this kubelet: one that is merely hung is ended first. */
  async function isDead(said: string[]): Promise<boolean> {
    const kubelet = await parts.kubelet();
    if (kubelet.kind === 'alive') silentSince = undefined;
    else silentSince ??= clock.monotonic();
    if (silentSince === undefined || clock.monotonic() - silentSince < DEAD_AFTER) return false;
    if (kubelet.kind !== 'silent') return true;
    // Woken up it would start again what we end, because it knows of no deletion. The next one asks the API server first.
    const { pid, startTicks } = kubelet;
    const answer = await parts.control.control({ kind: 'signal-process', pid, startTicks, signal: 'SIGKILL' });
    said.push(`the kubelet (process ${pid}) gives no answer and was ended: ${answer.kind}`);
    silentSince = clock.monotonic();
    return false;
  }

  async function endPod(pod: Pod, podOf: PodOfContainer, version: PolicyVersion): Promise<string | undefined> {
    const { uid = '', deletionTimestamp = '' } = pod.metadata;
    if (!asked.has(uid)) {
      asked.add(uid);
      const { mine } = await processesOfPod(parts, pod, podOf);
      const first = firstOf(mine);
      await signalAll(parts, first, 'SIGTERM');
      return first.length === 0 ? undefined : `${podName(pod)}: ${first.length} processes were asked to end`;
    }
    // The end of its grace period.
    if (clock.now() < Date.parse(deletionTimestamp)) return undefined;
    const why = await killAll(parts, pod, podOf);
    if (why !== undefined) return `${podName(pod)} stays: ${why}`;
    const refused = await removeFromApi(parts, pod, version);
    return refused === undefined ? `${podName(pod)}: no process is left, removed` : `${podName(pod)} stays: ${refused}`;
  }

  return {
    async look(node, signal) {
      const said: string[] = [];
      const listed = await parts.cluster.podsOf(node, { chunkSize: 500 });
      if (!listed.ok) return said;
      const doomed = listed.value.filter(isTerminating);
      if (doomed.length === 0 || !(await isDead(said))) return said;
      const podOf = podsOfContainers(await parts.containers(), listed.value);
      const version = await parts.cluster.evictionVersion();
      for (const pod of doomed) {
        if (signal.aborted || !version.ok) break;
        const text = await endPod(pod, podOf, version.value ?? 'v1');
        if (text !== undefined) said.push(text);
      }
      return said;
    },
  };
}
