import type { FailoverPod } from '../model/failover.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import type { Release } from './release.ts';
import { later, type Span } from './span.ts';
import type { Stages } from './stages.ts';
import { tolerated, UNREACHABLE } from './toleration.ts';

/** What becomes of the old pod's object. */
export type Deletion =
  | { readonly kind: 'at'; readonly span: Span }
  | { readonly kind: 'already' }
  | { readonly kind: 'never'; readonly why: string };

/** When somebody takes its place. */
export type Replacement =
  | { readonly kind: 'at'; readonly span: Span }
  /** Made, and pending until the node is back. */
  | { readonly kind: 'pending'; readonly span: Span; readonly why: string }
  /** Not before the old pod's object is gone, which a dead kubelet cannot confirm. */
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'never'; readonly why: string };

export interface Fate {
  readonly deletion: Deletion;
  readonly replacement: Replacement;
}

/** Controllers are told by a watch; what they and the API server need is seldom more than this. */
const REACTION: Duration = seconds(1);

const never = (why: string) => ({ kind: 'never', why }) as const;

function deletionOf(pod: FailoverPod, stages: Stages): Deletion {
  if (pod.terminating) return { kind: 'already' };
  if (pod.controller.kind === 'static') return never('the kubelet made it from a file, and tolerates everything for it');
  if (stages.timedOut !== undefined) {
    return pod.controller.kind === 'DaemonSet' ? never('DaemonSet pods are left alone') : { kind: 'at', span: stages.timedOut };
  }
  const time = tolerated(pod.tolerations, UNREACHABLE);
  if (time === 'forever') return never('it tolerates the taint without an end');
  if (stages.tainted === undefined) return never(stages.why ?? 'the node is never tainted');
  return { kind: 'at', span: later(stages.tainted, time) };
}

const LONGEST_BACKOFF = minutes(10);

/** What else bears on a pod's fate than itself and its node. */
export interface FateContext {
  readonly stages: Stages;
  readonly release: Release;
  /** Pods of the same owner that this node takes with it, this one included. */
  readonly siblings: number;
}

/**
 * A Job takes a deleted pod for a failed one, and waits from the moment on at which the pod was marked not ready: that is when
 * the node became Unknown (getFinishedTime in pkg/controller/job/backoff_utils.go).
 */
function jobSuccession({ controller }: FailoverPod, at: Span, { stages, release, siblings }: FateContext): Replacement {
  const { soFar, limit } = controller.failures ?? { soFar: 0, limit: Number.POSITIVE_INFINITY };
  if (soFar + siblings > limit) return never(`${soFar + siblings} failures are more than its Job's backoffLimit ${limit}`);
  const { jobBackoff, jobBackoffFromNotReady } = release;
  if (jobBackoff === undefined) return { kind: 'at', span: at };
  const wait = (failures: number) => Math.min(LONGEST_BACKOFF, jobBackoff * 2 ** (failures - 1));
  // Conditions carry whole seconds.
  const ended = jobBackoffFromNotReady ? { ...stages.unknown, earliest: stages.unknown.earliest - seconds(1) } : at;
  return {
    kind: 'at',
    span: {
      earliest: Math.max(at.earliest, ended.earliest + wait(soFar + 1)),
      latest: Math.max(at.latest, ended.latest + wait(soFar + siblings) + REACTION),
    },
  };
}

/** What a controller does about a pod whose deletion was asked for, and which nobody confirms. */
function successionOf(pod: FailoverPod, at: Span, context: FateContext): Replacement {
  const { controller, pinned, volumes } = pod;
  switch (controller.kind) {
    case 'bare':
      return never('nobody owns it: it does not come back');
    case 'StatefulSet':
      return { kind: 'waits', why: 'a StatefulSet makes no second pod of the same name before the first one is gone' };
    case 'DaemonSet':
      return { kind: 'pending', span: at, why: 'a DaemonSet pod belongs to this node' };
    case 'other':
      return { kind: 'waits', why: `what ${controller.name} does is not known` };
    case 'static':
      return never('its file lies on this node');
    default:
  }
  if (controller.waitsForEnd === true && context.release.hasJobReplacementPolicy)
    return { kind: 'waits', why: 'its Job replaces only pods that have really ended' };
  if (pinned) return { kind: 'pending', span: at, why: 'its own node selector names this node' };
  const bound = volumes.find(({ fencing }) => fencing === 'node-bound');
  if (bound !== undefined) return { kind: 'pending', span: at, why: `${bound.what} lies on this node` };
  const exclusive = volumes.find(({ fencing }) => fencing === 'one-pod');
  if (exclusive !== undefined) return { kind: 'pending', span: at, why: `${exclusive.what} is the old pod's until that is gone` };
  return controller.kind === 'Job' ? jobSuccession(pod, at, context) : { kind: 'at', span: at };
}

/** Pure: what the control plane does with this pod when its node falls silent. */
export function fateOf(pod: FailoverPod, context: FateContext): Fate {
  const deletion = deletionOf(pod, context.stages);
  if (deletion.kind === 'never') return { deletion, replacement: never('the old one stays') };
  if (deletion.kind === 'already') return { deletion, replacement: never('its deletion was asked for before') };
  return { deletion, replacement: successionOf(pod, later(deletion.span, 0, REACTION), context) };
}
