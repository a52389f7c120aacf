import type { Bytes, Instant } from '../../model/units.ts';

/** A pod that is bound to this node, running or not, as far as it holds something on its disks. */
export interface HeldPod {
  /** Every id it goes by: a static pod's mirror has another one than its containers' labels. */
  readonly uids: readonly string[];
  /** Of its containers of every kind, and of image volumes. */
  readonly images: readonly string[];
  /** Directories of the host that it may write to. */
  readonly hostPaths: readonly string[];
}

export interface StoredContainer {
  readonly id: string;
  readonly name: string;
  /** Of the kubelet's label; absent: no kubelet made it. */
  readonly podUid?: string;
  readonly isSandbox: boolean;
  /** Exited, and never to run again. */
  readonly hasExited: boolean;
  readonly finishedAt?: Instant;
  /** Ids and names of the image it was made from. */
  readonly images: readonly string[];
}

export interface StoredImage {
  readonly id: string;
  /** Tags and digests. */
  readonly names: readonly string[];
  readonly pinned: boolean;
  /** When this host got it; absent: it cannot be told. */
  readonly storedAt?: Instant;
  readonly bytes: Bytes;
}

export interface StoredFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly links: number;
  readonly isRegular: boolean;
  readonly bytes: Bytes;
  readonly modifiedAt: Instant;
}

/** `DEVICE:INODE`. */
export const fileKey = ({ device, inode }: Pick<StoredFile, 'device' | 'inode'>): string => `${device}:${inode}`;
