import type { GuardId } from './guard-ids.ts';
import type { Disruption } from './remedy.ts';
import type { UnitState } from './unit-state.ts';
import type { Duration, Instant } from './units.ts';

/** A reason not to act now, by its id in docs/guards.md. `why`: sentence fragment with the facts. */
export interface Hold {
  readonly id: GuardId;
  readonly why: string;
}

/** For a person: the id, once, and what it has to say. */
export const holdInWords = ({ id, why }: Hold): string => (why.startsWith(id) ? why : `${id}: ${why}`);

/** What a guard judges: one remedy against one problem. */
export interface GuardedAction {
  readonly remedy: string;
  /** What it would disrupt here and now. */
  readonly disruption: Disruption;
  /** The most the operator lets it disrupt. */
  readonly allowed: Disruption;
  readonly reason: string;
  /** Why its check holds that it is starved. */
  readonly starved?: string;
  /** A signal stopped what the problem is about. */
  readonly stopped?: boolean;
  /** The unit it would restart or start; absent: none. */
  readonly unit?: string;
}

/** One unit's life, as systemd stamps it. Ages count to the moment of reading. */
export interface UnitLife extends UnitState {
  /** R, S, D, T … of its main process; absent: it has none. */
  readonly mainState?: string;
  /** Since it left the state inactive, retries included: ActiveEnter would start anew with each of them. */
  readonly startedAgo?: Duration;
  readonly activeAgo?: Duration;
  /** Of its present run (systemd 232). */
  readonly invocation?: string;
  /** systemd itself restarts it when it stops pinging. */
  readonly watchdog?: Duration;
}

/** Something a restart would apply that no run has tried. `what`: a path, or a sentence fragment. */
export interface PendingChange {
  readonly unit: string;
  readonly what: string;
  /** The file or directory that is newer than the process. */
  readonly path?: string;
}

/** Somebody else who repairs. `units` absent: the whole node. */
export interface Repairer {
  readonly name: string;
  readonly units?: readonly string[];
}

/** This Node as the API server has it. */
export interface GuardedNode {
  readonly systemUuid: string;
  readonly machineId: string;
  readonly unschedulable: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
}

/** Shares of the last 10 s in percent, and counts; what was not measured is absent. */
export interface Starvation {
  readonly cpuSome?: number;
  readonly memoryFull?: number;
  readonly ioFull?: number;
  readonly runnable?: number;
  readonly blocked?: number;
  readonly processors?: number;
}

/** When disruptive remedies may run: from each time of `cron` on. */
export interface MaintenanceWindow {
  /** Five fields as in crontab(5). */
  readonly cron: string;
  readonly duration: Duration;
  /** Of the tz database. */
  readonly timeZone: string;
}

/** Whether etcd would keep its quorum without this member. `why`: what is not known, or would be lost. */
export type EtcdQuorum = { readonly kind: 'kept' } | { readonly kind: 'not-proved'; readonly why: string };

/** What guards judge by. Absent: nobody looked, or it could not be told; never that all is well. */
export interface GuardFacts {
  readonly uptime?: Duration;
  /** `systemctl is-system-running`. */
  readonly systemState?: string;
  /** The Node's annotation lowers the mode. */
  readonly observing?: boolean;
  readonly pause?: { readonly until?: Instant; readonly reason: string };
  readonly starvation?: Starvation;
  readonly units?: Readonly<Record<string, UnitLife>>;
  readonly pending?: readonly PendingChange[];
  /** Who installs or upgrades something at the moment: `dpkg (process 812) holds /var/lib/dpkg/lock`. */
  readonly packages?: readonly string[];
  readonly repairers?: readonly Repairer[];
  readonly node?: GuardedNode;
  readonly host?: { readonly systemUuid: string; readonly machineId: string };
  /** What makes this host a control plane: `etcd`. Undefined: could not be seen. */
  readonly controlPlane?: readonly string[];
  /** The operator lets disruptive remedies run on the control plane, one node at a time. */
  readonly controlPlaneAllowed?: boolean;
  readonly etcd?: EtcdQuorum;
  /** Wall clock of the look; none: nobody asked for windows. */
  readonly now?: Instant;
  readonly windows?: readonly MaintenanceWindow[];
  /** Proved a moment ago: cordoned, and no pod left that anybody would miss. */
  readonly drained?: boolean;
  /** By unit: the invocation in which the probe of this problem last passed; from the agent's memory. */
  readonly healthyIn?: Readonly<Record<string, string>>;
  /** How the kubelet is packaged: `systemd`, or `k3s`, `rke2`, `k0s`, `microk8s`, `container`. */
  readonly layout?: string;
  /** The process that the runtime lives in: `k3s`; absent: it has a unit of its own. */
  readonly runtimeInside?: string;
  /** Shims in uninterruptible sleep. */
  readonly blockedShims?: readonly { readonly pid: number; readonly container?: string }[];
  /** The state directory cannot be written; `restarted`: units restarted since boot, as /run remembers. */
  readonly ledgerLost?: { readonly why: string; readonly restarted: readonly string[] };
}
