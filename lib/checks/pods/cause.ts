import type { podStuck } from '../../problems/pod-stuck.ts';
import type { NodePod, PodContainer } from '../../sources/cluster/node-pods.ts';
import type { Trouble, TroubleKind } from '../../sources/cluster/pod-trouble.ts';

export type StuckReason = keyof typeof podStuck.reasons;

export interface StuckCause {
  readonly reason: StuckReason;
  /** Sentence fragment: "image registry/x:1: ImagePullBackOff". */
  readonly text: string;
}

/** Reasons of a waiting container (kubelet/images/types.go, kuberuntime). */
const WAITING: readonly (readonly [RegExp, StuckReason])[] = [
  [
    /^(ErrImagePull|ImagePullBackOff|ImageInspectError|ErrImageNeverPull|InvalidImageName|RegistryUnavailable|SignatureValidationFailed)$/,
    'ImageNotPulled',
  ],
  [/^CreateContainerConfigError$/, 'ObjectMissing'],
  [/^(CreateContainerError|RunContainerError|PreCreateHookError|PreStartHookError|PostStartHookError)$/, 'ContainerNotCreated'],
];

const CREATING: Readonly<Record<TroubleKind, StuckReason>> = {
  image: 'ImageNotPulled',
  object: 'ObjectMissing',
  volume: 'VolumeNotReady',
  sandbox: 'SandboxNotCreated',
  runtime: 'ContainerNotCreated',
  probe: 'NotCreated',
};

function waitingCause({ state, reason, message, image, name }: PodContainer): StuckCause | undefined {
  const found = state === 'waiting' ? WAITING.find(([pattern]) => pattern.test(reason))?.[1] : undefined;
  if (found === undefined) return undefined;
  const subject = found === 'ImageNotPulled' ? `image ${image}` : `container ${name}`;
  return { reason: found, text: `${subject}: ${reason}${message === '' ? '' : ` (${message})`}` };
}

/** Why a pod has no container: its status first, then what was said about it last. */
export function creationCause(pod: NodePod, troubles: readonly Trouble[]): StuckCause {
  const waiting = pod.containers.map(waitingCause).find((cause) => cause !== undefined);
  if (waiting !== undefined) return waiting;
  const last = troubles.at(-1);
  if (last !== undefined) return { reason: CREATING[last.kind], text: last.text };
  return { reason: 'NotCreated', text: 'nothing says why; a large image may still be on its way' };
}

/** Why a pod does not end. */
export function terminationCause(pod: NodePod, troubles: readonly Trouble[]): StuckCause {
  const running = pod.containers.filter(({ state }) => state === 'running');
  if (running.length > 0) {
    const names = running.map(({ name }) => name).join(', ');
    const said = troubles.findLast(({ kind }) => kind === 'runtime' || kind === 'sandbox' || kind === 'volume');
    return { reason: 'TerminatingBeyondGrace', text: `still running: ${names}${said === undefined ? '' : `; ${said.text}`}` };
  }
  if (pod.finalizers.length > 0) return { reason: 'FinalizerPending', text: `finalizer ${pod.finalizers.join(', ')}` };
  const volume = troubles.findLast(({ kind }) => kind === 'volume');
  if (volume !== undefined) return { reason: 'VolumeNotReady', text: volume.text };
  return { reason: 'TerminatingBeyondGrace', text: 'its containers have ended, and the kubelet has not finished with it' };
}

/**
 * Bound to the node and without any container: what runs its init containers, or ran and crashed, was created. A container
 * that waits with CrashLoopBackOff has a restart, or an end behind it.
 */
export function isUncreated(pod: NodePod): boolean {
  if (pod.phase !== 'Pending' || pod.deletedAt !== undefined) return false;
  const begun = ({ state, restarts, reason }: PodContainer) =>
    state === 'running' || (state === 'terminated' && reason !== 'Completed') || restarts > 0 || reason === 'CrashLoopBackOff';
  return !pod.containers.some(begun);
}
