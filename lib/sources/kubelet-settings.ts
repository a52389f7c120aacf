import type { Duration } from '../model/units.ts';

/** A value and where it comes from: `flag --eviction-hard`, `/var/lib/kubelet/config.yaml`, `default (v1.36)`. */
export interface Setting<Value> {
  readonly value: Value;
  readonly source: string;
}

/** What this node's kubelet runs with, by its own precedence: flag, --config-dir, --config, default of its version. */
export interface KubeletSettings {
  /** `v1.20.2`, from the kubelet itself; absent when it could not be asked. */
  readonly version?: string;
  readonly configFile?: string;
  readonly configDirectory?: string;
  readonly kubeconfig?: string;
  readonly bootstrapKubeconfig?: string;
  readonly hostnameOverride?: string;
  readonly rootDirectory: string;
  readonly certDirectory: string;
  /** Unix socket path of the CRI endpoint the kubelet uses; dockershim: undefined and `dockerEndpoint` set. */
  readonly runtimeEndpoint?: string;
  readonly dockerEndpoint?: string;
  readonly port: number;
  readonly readOnlyPort: number;
  readonly healthzPort: number;
  readonly healthzBindAddress: string;
  readonly clientCaFile?: string;
  readonly tlsCertFile?: string;
  readonly staticPodPath?: string;
  readonly eventedPleg: boolean;
  readonly nodeStatusUpdateFrequency: Duration;
  readonly nodeStatusReportFrequency: Duration;
  readonly nodeLeaseDuration: Duration;
  readonly maxPods: number;
  readonly evictionHard: Setting<Readonly<Record<string, string>>>;
  readonly evictionSoft: Setting<Readonly<Record<string, string>>>;
  readonly evictionSoftGracePeriod: Setting<Readonly<Record<string, string>>>;
  readonly evictionMinimumReclaim: Setting<Readonly<Record<string, string>>>;
  readonly evictionPressureTransitionPeriod: Duration;
  readonly imageGcHighThresholdPercent: number;
}
