import type { Duration, Instant } from '../../model/units.ts';
import { imageForms } from './image-name.ts';
import type { HeldPod, StoredContainer, StoredImage } from './inventory.ts';

export interface ChooseOptions {
  readonly now: Instant;
  readonly olderThan: Duration;
}

/** A time that is not known, or that is still to come, is no age. */
const isOld = (at: Instant | undefined, { now, olderThan }: ChooseOptions): boolean =>
  at !== undefined && at > 0 && at <= now && now - at >= olderThan;

/** Exited containers of pods that nobody on this node knows any more, the oldest first. Sandboxes are the kubelet's to remove. */
export function chooseContainers(
  containers: readonly StoredContainer[],
  pods: readonly HeldPod[],
  options: ChooseOptions,
): readonly StoredContainer[] {
  const known = new Set(pods.flatMap(({ uids }) => uids));
  return containers
    .filter(({ hasExited, isSandbox, podUid }) => hasExited && !isSandbox && podUid !== undefined && !known.has(podUid))
    .filter(({ finishedAt }) => isOld(finishedAt, options))
    .toSorted((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0));
}

/** The image of sandboxes is used by every pod to come. */
const SANDBOX = /(^|\/)pause(-[a-z0-9]+)?[:@]/;

export interface ImageUse {
  /** Of every state: an exited one may be looked into, and its image started again. */
  readonly containers: readonly StoredContainer[];
  readonly pods: readonly HeldPod[];
  /** As the kubelet and the runtime are configured. */
  readonly sandboxImages: readonly string[];
}

/** Images that no container and no pod of this node has anything to do with, the oldest first. */
export function chooseImages(images: readonly StoredImage[], use: ImageUse, options: ChooseOptions): readonly StoredImage[] {
  const names = [
    ...use.containers.flatMap((container) => container.images),
    ...use.pods.flatMap((pod) => pod.images),
    ...use.sandboxImages,
  ];
  const used = new Set(names.flatMap(imageForms));
  const isUsed = ({ id, names: own }: StoredImage) => [id, ...own].flatMap(imageForms).some((form) => used.has(form));
  return images
    .filter((image) => !image.pinned && !isUsed(image) && !image.names.some((name) => SANDBOX.test(name)))
    .filter(({ storedAt }) => isOld(storedAt, options))
    .toSorted((a, b) => (a.storedAt ?? 0) - (b.storedAt ?? 0));
}
