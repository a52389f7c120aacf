import type { StoredContainer, StoredImage } from '../../../lib/disk/reclaim/inventory.ts';
import type { Headroom } from '../../../lib/model/reclaim.ts';
import type { Duration } from '../../../lib/model/units.ts';

/** Undefined: done; else why it was not: a sentence fragment. */
export type Refused = string | undefined;

/** The container runtime that the kubelet uses, as far as something may be removed from it. Throws `RuntimeSilent` where it does not answer. */
export interface Runtime {
  readonly name: string;
  containers(): Promise<readonly StoredContainer[]>;
  images(): Promise<readonly StoredImage[]>;
  sandboxImages(): Promise<readonly string[]>;
  /** Never a running one. */
  removeContainer(container: StoredContainer): Promise<Refused>;
  /** Never by force. */
  removeImage(image: StoredImage): Promise<Refused>;
  /** What the writable layers and logs of these containers take; undefined: not known. */
  sizeOfContainers(containers: readonly StoredContainer[], within: Duration): Promise<Headroom | undefined>;
  /** What goes with these images: layers that no other image has. */
  sizeOfImages(gone: readonly StoredImage[], all: readonly StoredImage[], within: Duration): Promise<Headroom | undefined>;
}

/** It gave no answer that could be used; the message says which. */
export class RuntimeSilent extends Error {}
