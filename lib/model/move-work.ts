import type { BreakerLimits, FleetLimits, Share } from './fleet.ts';
import type { MaintenanceWindow } from './guard.ts';
import type { ActionOutcome } from './incident.ts';
import type { BlockerSettings } from './reboot.ts';
import type { Duration, Instant } from './units.ts';

/** What the agent does to have a node's work elsewhere. */
export type MoveVerb = 'cordon' | 'drain' | 'uncordon';

/** `remedies.drain` of the configuration, as far as it is the remedy's own. */
export interface DrainSettings {
  /** Draino's conditions as they were written; empty: problems alone lead here, by their ladders. */
  readonly conditions: readonly string[];
  /** Label selector: other nodes are neither cordoned nor drained. Empty: all are. */
  readonly nodeSelector: string;
  /** At least so long between the starts of two drains of one group. */
  readonly buffer: Duration;
  /** Labels whose values make a group of nodes; empty: all nodes are one. */
  readonly groupLabels: readonly string[];
  /** Nodes of the cluster, and of the group, that may be cordoned at one time, whoever cordoned them. */
  readonly maxCordoned: Share;
  readonly maxCordonedOfGroup: Share;
  /** The longest grace period a pod is given. */
  readonly maxGracePeriod: Duration;
  /** With the grace period together: the time for the whole drain. */
  readonly evictionHeadroom: Duration;
  readonly evictDaemonSetPods: boolean;
  readonly evictStatefulSetPods: boolean;
  readonly evictEmptyDirPods: boolean;
  readonly evictUnreplicatedPods: boolean;
  /** `KEY` or `KEY=VALUE`; pods with such an annotation stay. */
  readonly protectedPodAnnotations: readonly string[];
  /** True: what may go goes although other pods stay, and the drain counts as failed. False: then it is not begun. */
  readonly partial: boolean;
  /** Pods of a kubelet that is dead are ended by the agent. */
  readonly deadKubelet: boolean;
}

/** What a program of its own is to do, written by the agent before it is begun. */
export interface MoveOrder {
  readonly verb: MoveVerb;
  /** In the ledger. */
  readonly action: string;
  readonly incident: string;
  readonly node: string;
  readonly type: string;
  readonly reason: string;
  readonly subject?: string;
  /** One of `remedies.drain.conditions`: judged on the Node itself. */
  readonly condition?: string;
  /** When its problem began. */
  readonly since: Instant;
  /** There will be no other attempt: what is ours is lifted when it fails. */
  readonly last: boolean;
  readonly settings: DrainSettings;
  readonly limits: FleetLimits & BreakerLimits;
  readonly windows: readonly MaintenanceWindow[];
  readonly blockers: BlockerSettings;
  readonly controlPlane: boolean;
  /** Where the agent says what it thinks. */
  readonly statusFile: string;
  readonly recordFile: string;
  readonly kubeconfig?: string;
  readonly nodeName?: string;
}

/** How far it is. Written before each step, so that whoever is killed can go on. */
export type MoveStage = 'begun' | 'cordoning' | 'cordoned' | 'scheduled' | 'draining' | 'ending' | 'ended';

/** How Draino's condition ends; `Cancelled` is ours. */
export type DrainMark = 'Completed' | 'Failed' | 'Cancelled';

export interface MoveEnding {
  readonly outcome: ActionOutcome;
  /** Sentence fragment. */
  readonly message: string;
  readonly mark: DrainMark;
  /** What is ours of the cordon is lifted. */
  readonly uncordon: boolean;
  /** When it was decided. */
  readonly at: Instant;
}

/** The program's own memory, beside what stands on the Node. */
export interface MoveRecord {
  readonly verb: MoveVerb;
  readonly action: string;
  readonly incident: string;
  readonly type: string;
  readonly subject?: string;
  readonly stage: MoveStage;
  /** Of the Node when it was first seen: another one of the same name is none of ours. */
  readonly uid?: string;
  readonly scheduledFor?: Instant;
  /** When the condition was announced first; absent: it was not. */
  readonly announced?: boolean;
  readonly startedAt?: Instant;
  /** What keeps it from going on at the moment. */
  readonly held?: string;
  readonly ending?: MoveEnding;
  /** Its own cordon is about to be lifted, or was, and it was not said yet. */
  readonly lifting?: true;
  /** A cordon of ours stood when it ended. */
  readonly owned: boolean;
}

/** On the Node from our cordon until we lift it: by it a cordon that somebody lifted is told from one that never was. */
export const MOVED_FOR = 'nodemend.io/moved-for';
