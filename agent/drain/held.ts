import type { Failure } from '../../lib/drain/failure.ts';
import { type Pod, podName } from '../../lib/drain/objects.ts';

export type HeldBy =
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'terminating' }
  | { readonly kind: 'requested'; readonly why: string };
export interface HeldPod {
  readonly pod: Pod;
  readonly by: HeldBy;
}

/** What each pod that is still to go is held by at the moment. */
export interface Held {
  set(pod: Pod, by: HeldBy): void;
  release(name: string): void;
  all(): readonly HeldPod[];
}

export function heldPods(): Held {
  const pods = new Map<string, HeldPod>();
  return {
    set: (pod, by) => void pods.set(podName(pod), { pod, by }),
    release: (name) => void pods.delete(name),
    all: () => [...pods.values()],
  };
}
