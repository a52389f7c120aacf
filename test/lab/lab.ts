import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupPids } from './cgroup.ts';
import { controlPlaneGroup } from './control-plane.ts';
import { LabError } from './error.ts';
import type { LabHost } from './host.ts';
import { makeHost } from './make-host.ts';
import { cgroupsOf, labDirectory } from './paths.ts';
import { type PodsRequest, runPods } from './pods.ts';
import { must, type RunOptions, type RunResult, run } from './run.ts';
import { apiServerOf, gatewayOf, type LabState, requireState } from './state.ts';

export interface Lab {
  readonly name: string;
  readonly state: LabState;
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

export const defaultLab = 'lab';

/** The lab that is up under this name. */
export function openLab(name: string = defaultLab): Lab {
  return labOf(requireState(name));
}

export function labOf(state: LabState): Lab {
  const directory = labDirectory(state.name);
  const kubeconfig = join(directory, 'kubeconfig');
  const hosts = Array.from({ length: state.nodes }, (_, i) => makeHost(state, i + 1));
  const command = (argv: readonly string[]): string[] => [
    'kubectl',
    `--kubeconfig=${kubeconfig}`,
    '--request-timeout=20s',
    ...argv,
  ];

  const lab: Lab = {
    name: state.name,
    state,
    hosts,
    apiServer: apiServerOf(state),
    gateway: gatewayOf(state),
    kubeconfig,
    kubeletVersion: state.kubeletVersion,
    directory,
    host(wanted) {
      const host = wanted === undefined ? hosts[0] : hosts.find((one) => one.name === wanted);
      if (host === undefined)
        throw new LabError(`lab ${state.name} has ${hosts.map((one) => one.name).join(', ')}, not "${wanted}"`);
      return host;
    },
    controlPlane: (process) => controlPlanePid(state, process),
    kubectl: (argv, options) => run(command(argv), options),
    kubectlJson: async (argv, options) => JSON.parse(await must(command([...argv, '-o', 'json']), options)) as unknown,
    runPods: (request) => runPods(lab, request),
  };
  return lab;
}

function controlPlanePid(state: LabState, process: string): number {
  const [group = ''] = cgroupsOf(state.name, controlPlaneGroup);
  const pid = cgroupPids(group).find((one) =>
    readFileSync(`/proc/${one}/cmdline`, 'utf8').split('\0')[0]?.endsWith(`/${process}`),
  );
  if (pid === undefined) throw new LabError(`no ${process} runs in lab ${state.name}; see: npm run lab -- logs ${process}`);
  return pid;
}
