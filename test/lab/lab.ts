import type { LabHost } from './host.ts';
import type { PodsRequest } from './pods.ts';
import type { RunOptions, RunResult } from './run.ts';

export interface Lab {
  readonly name: string;
  readonly hosts: readonly LabHost[];
  /** `https://ADDRESS:6443`, on the lab's bridge: what every kubelet's kubeconfig says. */
  readonly apiServer: string;
  /** The machine's address on the lab's bridge; a fault may listen there. */
  readonly gateway: string;
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** `v1.20.2`. */
  readonly kubeletVersion: string;
  /** The lab's directory on the machine; everything under it goes with `down`. */
  readonly directory: string;

  /** The named host, or the first one. */
  host(name?: string): LabHost;
  /** PID of a control plane process: `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`, `etcd`. */
  controlPlane(process: string): number;
  /** As administrator. Never rejects. */
  kubectl(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** As administrator, must succeed; gives the parsed JSON document of `kubectl … -o json`. */
  kubectlJson(argv: readonly string[], options?: RunOptions): Promise<unknown>;
  /** Create pods bound to a host and wait until they run. */
  runPods(request: PodsRequest): Promise<void>;
}
