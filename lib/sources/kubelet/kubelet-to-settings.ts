import { present } from '../../model/present.ts';
import { type Duration, minutes } from '../../model/units.ts';
import type { KubeletCommand } from './kubelet-command.ts';
import type { ConfigProblem } from './kubelet-config-files.ts';
import type { Setting } from './kubelet-config-merge.ts';
import { rulesOf } from './kubelet-defaults.ts';
import { configOf, evictionSettings, heartbeats, type KubeletInputs, type Reader, reader } from './kubelet-effective.ts';
import { flagText, type KubeletFlags } from './kubelet-flags.ts';
import type { KubeletLayout } from './kubelet-process.ts';

/** What this node's kubelet runs with, by its own precedence: flag, --config-dir, --config, default of its version. */
export interface KubeletSettings {
  /** `v1.20.2`, from the kubelet itself; absent when it could not be asked. */
  readonly version?: string;
  /** Where the command line comes from: `process 812`, `kubelet.service is inactive (dead)`, `no kubelet on this host`. */
  readonly source: string;
  /** False: no kubelet is meant to run here, and the settings are the defaults. */
  readonly installed: boolean;
  /** The kubelet itself confirmed the values (configz). */
  readonly confirmed: boolean;
  /** Files of its configuration that could not be used, in reading order. */
  readonly problems: readonly ConfigProblem[];
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
  /** 0: no healthz server. */
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
  readonly enforceNodeAllocatable: readonly string[];
  readonly cgroupRoot: string;
  readonly cgroupDriver: string;
  readonly evictionHard: Setting<Readonly<Record<string, string>>>;
  readonly evictionSoft: Setting<Readonly<Record<string, string>>>;
  readonly evictionSoftGracePeriod: Setting<Readonly<Record<string, string>>>;
  readonly evictionMinimumReclaim: Setting<Readonly<Record<string, string>>>;
  readonly evictionPressureTransitionPeriod: Duration;
  readonly imageGcHighThresholdPercent: number;
}

/** Path of `unix:///run/x.sock` or a bare path; a TCP endpoint has none. */
function socketPath(endpoint: string): string | undefined {
  const path = endpoint.replace(/^unix:\/\//, '');
  return path.startsWith('/') ? path : undefined;
}

/** Where distributions that bring their own containerd have it. */
const SOCKETS: Readonly<Partial<Record<KubeletLayout, string>>> = {
  k3s: '/run/k3s/containerd/containerd.sock',
  rke2: '/run/k3s/containerd/containerd.sock',
  k0s: '/run/k0s/containerd.sock',
  microk8s: '/var/snap/microk8s/common/run/containerd.sock',
};

function runtimeOf(flags: KubeletFlags, read: Reader, version: string | undefined, layout: KubeletLayout) {
  const named = read.text('container-runtime-endpoint', 'containerRuntimeEndpoint', '');
  const shim = version === undefined ? flags.has('docker-endpoint') || flags.has('network-plugin') : rulesOf(version).dockershim;
  if (shim && SOCKETS[layout] === undefined && (flagText(flags, 'container-runtime') ?? 'docker') === 'docker') {
    return present('dockerEndpoint', socketPath(flagText(flags, 'docker-endpoint') ?? '/var/run/docker.sock'));
  }
  return present('runtimeEndpoint', socketPath(named === '' ? (SOCKETS[layout] ?? '/run/containerd/containerd.sock') : named));
}

export interface ConfigPaths {
  readonly file?: string;
  readonly directory?: string;
  readonly kubeconfig?: string;
}

function placesOf(flags: KubeletFlags, paths: ConfigPaths) {
  return {
    ...present('configFile', paths.file),
    ...present('configDirectory', paths.directory),
    ...present('kubeconfig', flagText(flags, 'kubeconfig') ?? paths.kubeconfig),
    ...present('bootstrapKubeconfig', flagText(flags, 'bootstrap-kubeconfig')),
    ...present('hostnameOverride', flagText(flags, 'hostname-override')),
    rootDirectory: flagText(flags, 'root-dir') ?? '/var/lib/kubelet',
    certDirectory: flagText(flags, 'cert-dir') ?? '/var/lib/kubelet/pki',
  };
}

/** Without --config the flags' old defaults hold, and there the read-only port is 10255. */
function serversOf(read: Reader, hasOldDefaults: boolean) {
  return {
    port: read.count('port', 'port', 10250) || 10250,
    readOnlyPort: read.count('read-only-port', 'readOnlyPort', hasOldDefaults ? 10255 : 0),
    healthzPort: read.count('healthz-port', 'healthzPort', 10248),
    healthzBindAddress: read.text('healthz-bind-address', 'healthzBindAddress', '127.0.0.1'),
  };
}

function limitsOf(read: Reader) {
  const transition = 'eviction-pressure-transition-period';
  return {
    maxPods: read.count('max-pods', 'maxPods', 110) || 110,
    enforceNodeAllocatable: read.list('enforce-node-allocatable', 'enforceNodeAllocatable', ['pods']),
    cgroupRoot: read.text('cgroup-root', 'cgroupRoot', '/'),
    cgroupDriver: read.text('cgroup-driver', 'cgroupDriver', 'cgroupfs'),
    evictionPressureTransitionPeriod: read.duration(transition, 'evictionPressureTransitionPeriod', minutes(5)),
    imageGcHighThresholdPercent: read.count('image-gc-high-threshold', 'imageGCHighThresholdPercent', 85),
  };
}

/** Pure: the settings that follow from the command line, the files and the version. */
export function toSettings(
  inputs: KubeletInputs,
  command: Pick<KubeletCommand, 'source' | 'layout'>,
  paths: ConfigPaths,
): KubeletSettings {
  const { flags, version, installed } = inputs;
  const read = reader(flags, configOf(inputs));
  const text = <Key extends string>(key: Key, flag: string | undefined, path: string) =>
    present(key, read.text(flag, path, '') || undefined);
  return {
    ...present('version', version),
    source: command.source,
    installed,
    confirmed: inputs.configz !== undefined,
    problems: inputs.layers.problems,
    ...placesOf(flags, paths),
    ...runtimeOf(flags, read, version, command.layout),
    ...serversOf(read, paths.file === undefined && installed),
    ...text('clientCaFile', 'client-ca-file', 'authentication.x509.clientCAFile'),
    ...text('tlsCertFile', 'tls-cert-file', 'tlsCertFile'),
    ...text('staticPodPath', 'pod-manifest-path', 'staticPodPath'),
    eventedPleg: read.gate('EventedPLEG'),
    ...heartbeats(read),
    ...limitsOf(read),
    ...evictionSettings(inputs),
  };
}
