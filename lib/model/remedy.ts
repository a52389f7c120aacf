import type { Fault } from './finding.ts';
import type { MoveVerb } from './move-work.ts';
import type { PackageTool } from './package-tool.ts';
import type { RebootSettings } from './reboot.ts';
import type { Headroom, ReclaimSettings, ReclaimStepName } from './reclaim.ts';
import type { RestartedUnit } from './restart-survival.ts';
import type { Duration } from './units.ts';

/** What an action may cost the node's workload, least first. */
export type Disruption = 'none' | 'local' | 'workload' | 'node';

/** A process by what never changes while it lives: a PID alone may belong to another by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTicks: number;
}

/** The smallest things the agent ever does to a node. Data: what is not here it cannot do. */
export type Step =
  /**
   * Stops and starts a unit whose main process is `main`; if that has not ended after `patience` – 0: at once – it is killed through
   * systemd. Units of `along` that were active before and are not afterwards are started again.
   */
  | {
      readonly do: 'restart-unit';
      readonly unit: string;
      readonly main: number | undefined;
      readonly along: readonly string[];
      readonly patience: Duration;
      /** Until it is active again. */
      readonly within: Duration;
    }
  /** Starts a dead unit; `clear`: units whose failure, start limit included, is forgotten before. */
  | { readonly do: 'start-unit'; readonly unit: string; readonly clear: readonly string[]; readonly within: Duration }
  /** SIGKILL. `argument`: a word of its command line that proves what it is. */
  | {
      readonly do: 'end-process';
      readonly process: ProcessIdentity;
      readonly argument: string;
      readonly what: string;
      readonly within: Duration;
    }
  /** The last look, and `systemctl reboot`; how it ended the agent of the next boot says. `within`: until that one speaks. */
  | { readonly do: 'reboot'; readonly settings: RebootSettings; readonly within: Duration }
  /** Cordons, drains or uncordons, in a program of its own that goes on without this agent. */
  | { readonly do: 'move-work'; readonly verb: MoveVerb }
  /** Of the drained host; `olderThan`: runc calls of this age hang on the old one, and are ended. */
  | { readonly do: 'upgrade-systemd'; readonly tool: PackageTool; readonly olderThan: Duration; readonly within: Duration }
  /** SIGKILL for every process of a container's control group that has not ended by itself after `patience`. */
  | {
      readonly do: 'end-group';
      /** Directory below /sys/fs/cgroup; it has the container's id in its name. */
      readonly group: string;
      readonly container: string;
      readonly patience: Duration;
      readonly within: Duration;
    }
  /** Frees one filesystem until so much of it is available; in a program of its own, outside of the agent's sandbox. */
  | {
      readonly do: 'reclaim';
      readonly what: ReclaimStepName;
      /** Mount point. */
      readonly filesystem: string;
      readonly until: Headroom;
      readonly settings: ReclaimSettings;
      readonly within: Duration;
    }
  /** Writes one hard threshold with the complete set of the others, and restarts the kubelet for it; put back unless it is proved. */
  | {
      readonly do: 'set-eviction';
      /** The kubelet's. */
      readonly unit: string;
      readonly signal: string;
      /** As the kubelet takes it: `5%`. */
      readonly threshold: string;
      readonly within: Duration;
    };

export interface Plan {
  readonly kind: 'plan';
  readonly steps: readonly [Step, ...Step[]];
  /** To wait before the first step, guards asked again afterwards: spreads what a whole fleet would do at once. */
  readonly delay: Duration;
  /** How long after the last step the check that found the problem has to say pass. */
  readonly settle: Duration;
}

/** Why there is nothing this remedy could do here. `why`: sentence fragment. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly why: string;
}

/** A unit as systemd describes it at the moment of planning. */
export interface TargetUnit extends RestartedUnit {
  /** `loaded`, `not-found`, `masked`, … */
  readonly loadState: string;
  readonly subState: string;
  /** `success`, `exit-code`, `start-limit-hit`, … */
  readonly result: string;
  readonly mainPid?: number;
}

export interface TargetKubelet {
  /** `systemd`, `k3s`, `rke2`, `k0s`, `microk8s`, `container`. */
  readonly layout: string;
  readonly unit?: TargetUnit;
  /** Its main thread is stopped (T) or it is no process at all: nothing of it is disturbed by a restart. */
  readonly frozen: boolean;
}

export interface TargetRuntime {
  readonly name: 'docker' | 'cri-dockerd' | 'containerd' | 'cri-o';
  readonly role: 'endpoint' | 'backend' | 'unused' | 'found';
  /** Unit names it may have, the usual one first; empty when another program carries it. */
  readonly units: readonly string[];
  /** That program: `k3s`. */
  readonly inside?: string;
}

/** The container a problem is about, and the process that holds it. */
export interface TargetContainer {
  readonly id: string;
  readonly shim: ProcessIdentity;
  /** What the shim's command line calls what it holds: the container under docker, the pod's sandbox under CRI. */
  readonly holds: string;
  /** The control groups of everything the shim holds, by container. */
  readonly groups: readonly { readonly container: string; readonly group: string }[];
}

/** A filesystem that is short of something, and what has to be available on it for its check to pass. */
export interface TargetFilesystem {
  /** Mount point. */
  readonly filesystem: string;
  readonly until: Headroom;
}

/** Everything a plan is made from, read afresh right before. */
export interface PlanContext {
  readonly fault: Fault;
  /** The node's name. */
  readonly node: string;
  /** By id; undefined: systemd did not answer. */
  readonly units: Readonly<Record<string, TargetUnit>> | undefined;
  readonly kubelet?: TargetKubelet;
  /** The one the kubelet talks to first. */
  readonly runtimes: readonly TargetRuntime[];
  /** What upgrades packages here; absent: nobody asked, or it could not be told. */
  readonly packages?: { readonly kind: 'tool'; readonly tool: PackageTool } | { readonly kind: 'none'; readonly why: string };
  /** Absent: the fault names no container, or its shim was not found. */
  readonly container?: TargetContainer;
  /** What the operator lets reclaim-disk do; absent: nothing. */
  readonly reclaim?: ReclaimSettings;
  /** Whether this node's work may be moved at all; absent: nobody asked. */
  readonly move?: { readonly kind: 'may' } | { readonly kind: 'no'; readonly why: string };
  /** As the operator has it; absent: it is not configured. */
  readonly reboot?: RebootSettings;
  /** Those that the fault, or what explains it, is about; none: nothing is short. */
  readonly filesystems?: readonly TargetFilesystem[];
  /** What may become of the threshold that the fault is about, or why it stays; absent: it is about none. */
  readonly threshold?: { readonly signal: string } & (
    | { readonly kind: 'lowered'; readonly text: string }
    | { readonly kind: 'no'; readonly why: string }
  );
}

/** What a ladder names. `default`: on without the operator's word. */
export interface Remedy {
  /** Equals the file name: imperative verb and object. */
  readonly id: string;
  readonly title: string;
  readonly disruption: Disruption;
  readonly enabledByDefault: boolean;
  /** Also for what is no more than a notice, or for notices of these types; absent: a notice is advice. */
  readonly forNotices?: true | readonly string[];
  /** One that failed may be tried again in the same incident, after a rest that doubles each time. */
  readonly again?: true;
  /** Pure. Absent: it is not made of steps (a drain, a reboot), or not built. */
  readonly plan?: (context: PlanContext) => Plan | Refusal;
}
