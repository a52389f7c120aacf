import type { Instant } from '../model/units.ts';

/** How this node's kubelet is packaged; anything but `systemd` has no kubelet unit of its own, so restart rungs are off. */
export type KubeletLayout = 'systemd' | 'k3s' | 'rke2' | 'k0s' | 'microk8s' | 'container';

/** The kubelet by proof: the process that owns the kubelet's listening port, or (`ownsPort: false`) the one its unit says is its main process. */
export interface RunningKubelet {
  readonly kind: 'running';
  readonly pid: number;
  readonly argv: readonly string[];
  readonly startedAt: Instant;
  readonly startTicks: number;
  /** systemd unit from the process's cgroup, e.g. `kubelet.service`. */
  readonly unit?: string;
  readonly layout: KubeletLayout;
  readonly ownsPort: boolean;
  /** R, S, D, T … of its main thread. */
  readonly state: string;
}

export type KubeletProcess =
  | RunningKubelet
  | {
      readonly kind: 'absent';
      /** A kubelet is meant to run here: a unit file or its configuration exists. */
      readonly installed: boolean;
      readonly unit?: string;
      /** Sentence fragment: "no kubelet on this host", "kubelet.service is inactive". */
      readonly why: string;
    };
