import type { Bytes, Duration } from './units.ts';

/** What reclaim-disk may do, in the order in which it is done: what nobody misses first. */
export const RECLAIM_STEPS = ['cores', 'logs', 'journal', 'containers', 'images'] as const;
export type ReclaimStepName = (typeof RECLAIM_STEPS)[number];

interface Switched {
  readonly enabled: boolean;
}
interface Aged extends Switched {
  readonly olderThan: Duration;
}

/** Each step as the operator allows it. */
export interface ReclaimSettings {
  /** `directories`: more places than systemd-coredump's own. */
  readonly cores: Aged & { readonly directories: readonly string[] };
  readonly logs: Aged;
  readonly journal: Switched & { readonly keep: Bytes };
  readonly containers: Aged;
  readonly images: Aged;
}

/** What has to be available again on the filesystem before a step stops. */
export interface Headroom {
  readonly bytes: Bytes;
  readonly inodes: number;
}

/** One step for the program that carries it out. */
export interface ReclaimRequest {
  readonly step: ReclaimStepName;
  /** Mount point; nothing on another filesystem is touched. */
  readonly filesystem: string;
  readonly until: Headroom;
  readonly settings: ReclaimSettings;
  readonly within: Duration;
  /** With which credential the pods of this node are asked for; absent: the kubelet alone is asked. */
  readonly identity?: { readonly kubeconfig?: string | undefined; readonly nodeName?: string | undefined };
}

/** What a step did, measured by statfs before and after it. */
export interface ReclaimReport {
  readonly step: ReclaimStepName;
  readonly removed: number;
  /** What refused to go, and why: the first few. */
  readonly kept: readonly string[];
  readonly freed: { readonly bytes: Bytes; readonly inodes: number };
  /** Both are available again, as far as they were asked for. */
  readonly enough: boolean;
  /** Why it did nothing, or not all: sentence fragment. */
  readonly why?: string;
}

/** What a step would free; null: not known. */
export interface ReclaimPreview {
  readonly step: ReclaimStepName;
  readonly enabled: boolean;
  readonly items: number;
  readonly bytes: Bytes | null;
  readonly inodes: number | null;
  /** The first few, for a person. */
  readonly examples: readonly string[];
  readonly why?: string;
}
