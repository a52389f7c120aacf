import type { Judged } from '../drain/filters.ts';
import { controllerOf, isFinished, type Pod, podName } from '../drain/objects.ts';
import type { DrainSettings } from '../model/move-work.ts';

/** The autoscaler's word that a pod must not be moved; Draino knows it without being told. */
const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict=false';

export interface StayingPod {
  readonly pod: string;
  readonly why: string;
}

export interface SortedPods {
  readonly moving: readonly Pod[];
  /** Left behind although nobody would bring them back: the node is not empty without them. */
  readonly staying: readonly StayingPod[];
}

function protection({ metadata }: Pod, { protectedPodAnnotations }: DrainSettings): string | undefined {
  const { annotations = {} } = metadata;
  return [SAFE_TO_EVICT, ...protectedPodAnnotations].find((given) => {
    const at = given.indexOf('=');
    const key = at < 0 ? given : given.slice(0, at);
    if (!Object.hasOwn(annotations, key)) return false;
    return at < 0 || annotations[key] === given.slice(at + 1);
  });
}

const WORDS: Readonly<Record<string, string>> = {
  'local-storage': 'its emptyDir would be lost (remedies.drain.evictEmptyDirPods)',
  unreplicated: 'no controller would make it anew (remedies.drain.evictUnreplicatedPods)',
};

/** Why a pod stays that kubectl's filters would let go, or refuse; undefined: it goes. */
function whyStays({ pod, verdict }: Judged, settings: DrainSettings): string | undefined {
  if (verdict.kind === 'error') return WORDS[verdict.filter ?? ''] ?? verdict.messages.join('; ');
  const annotation = protection(pod, settings);
  if (annotation !== undefined && !isFinished(pod)) return `it is protected by its annotation ${annotation}`;
  if (settings.evictStatefulSetPods || isFinished(pod)) return undefined;
  return controllerOf(pod)?.kind === 'StatefulSet' ? 'it is of a StatefulSet (remedies.drain.evictStatefulSetPods)' : undefined;
}

/** kubectl's filters first, then Draino's. A pod of a DaemonSet or of a file stays, and nobody misses it elsewhere. */
export function sortPods(judged: readonly Judged[], settings: DrainSettings): SortedPods {
  const moving: Pod[] = [];
  const staying: StayingPod[] = [];
  for (const one of judged) {
    const { pod, verdict } = one;
    const isDaemons = verdict.filter === 'daemon-set' && verdict.kind === 'warning' && !verdict.moves;
    if (isDaemons && !settings.evictDaemonSetPods) continue;
    if (!isDaemons && !verdict.moves && verdict.kind !== 'error') continue;
    const why = whyStays(one, settings);
    if (why === undefined) moving.push(pod);
    else staying.push({ pod: podName(pod), why });
  }
  return { moving, staying };
}

const MOST_SHOWN = 5;

/** Who stays and why, in one sentence fragment. */
export function describeStaying(staying: readonly StayingPod[]): string {
  const shown = staying.slice(0, MOST_SHOWN).map(({ pod, why }) => `${pod}: ${why}`);
  const more = staying.length > MOST_SHOWN ? `; ${staying.length - MOST_SHOWN} more` : '';
  const number = staying.length === 1 ? '1 pod stays' : `${staying.length} pods stay`;
  return `${number} (${shown.join('; ')}${more})`;
}
