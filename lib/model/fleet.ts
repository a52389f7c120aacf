import type { Duration, Instant } from './units.ts';

/** The larger of a number of nodes and a ratio of all of them. */
export interface Share {
  readonly count: number;
  readonly ratio: number;
}

/** What another node told of itself by its Lease. Times by the clock of the API server. */
export interface NodeInTrouble {
  readonly node: string;
  readonly reason: string;
  /** Empty: its Node has no zone. */
  readonly zone: string;
  /** When its trouble began. */
  readonly since: Instant;
  /** When its agent last said so. */
  readonly seenAt: Instant;
  /** The disruptive remedy it is in, or is about to begin. */
  readonly claim?: string;
  /** It carries etcd or a kube-apiserver. */
  readonly controlPlane: boolean;
}

/** `unseen`: no API server, no answer in time, or no right; `why` is a sentence fragment. */
export type FleetView =
  | {
      readonly kind: 'seen';
      /** By the clock of the API server. */
      readonly at: Instant;
      readonly others: readonly NodeInTrouble[];
      /** False: there were more than are read. */
      readonly complete: boolean;
      /** Of the cluster and of this node's zone, this one included; absent: not asked, or not told. */
      readonly nodes?: number;
      readonly zoneNodes?: number;
      readonly zone: string;
      readonly controlPlane: boolean;
    }
  | { readonly kind: 'unseen'; readonly why: string };

export type SeenFleet = Extract<FleetView, { readonly kind: 'seen' }>;

export interface FleetLimits {
  readonly maxConcurrent: Share;
  readonly perZone: Share;
}

export interface BreakerLimits {
  readonly unhealthy: Share;
  readonly sameReason: Share;
  readonly within: Duration;
}
