import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LabHost } from './host.ts';
import { labDirectory } from './paths.ts';
import { type Authority, renderKubeconfig } from './pki.ts';
import { must } from './run.ts';
import { apiServerOf, type LabState, minorOf } from './state.ts';

/** The files of a node that kubeadm has joined, at kubeadm's places. */
export async function writeKubeletFiles(state: LabState, host: LabHost, authority: Authority): Promise<void> {
  const kubernetes = join(host.root, 'etc/kubernetes');
  // The host sees its kubelet disk at /var/lib/kubelet; from outside it is another path.
  const pki = join(host.disks.kubelet, 'pki');
  for (const path of [join(kubernetes, 'pki'), join(kubernetes, 'manifests'), pki]) mkdirSync(path, { recursive: true });

  const subject = `/O=system:nodes/CN=system:node:${host.name}`;
  const [client, serving] = await Promise.all([
    authority.issue(`${host.name}-client`, subject),
    authority.issue(`${host.name}-serving`, `/CN=${host.name}`, [`DNS:${host.name}`, `IP:${host.address}`]),
  ]);
  await must(['cp', authority.ca, join(kubernetes, 'pki/ca.crt')]);
  await must(['cp', serving.cert, join(pki, 'kubelet.crt')]);
  await must(['cp', serving.key, join(pki, 'kubelet.key')]);
  // One file with both, behind a link that the kubelet turns at each rotation.
  const first = 'kubelet-client-first.pem';
  await must(['sh', '-c', `umask 077; cat '${client.cert}' '${client.key}' >'${pki}/${first}'`]);
  await must(['ln', '-sfn', first, join(pki, 'kubelet-client-current.pem')]);

  const certificate = { path: '/var/lib/kubelet/pki/kubelet-client-current.pem' };
  const kubeconfig = renderKubeconfig({ server: apiServerOf(state), ca: authority.ca, user: 'default-auth', certificate });
  writeFileSync(join(kubernetes, 'kubelet.conf'), kubeconfig, { mode: 0o600 });
  writeFileSync(join(host.disks.kubelet, 'kubeadm-flags.env'), `KUBELET_KUBEADM_ARGS="${kubeadmArguments(state).join(' ')}"\n`);
}

/** The authority of a lab that is there, to issue more. */
export const authorityDirectory = (state: LabState): string => join(labDirectory(state.name), 'pki');

/** As kubeadm writes it, but for what the lab's control groups do not allow. */
export function defaultKubeletConfig(state: LabState): string {
  const minor = minorOf(state.kubeletVersion);
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { cacheTTL: '0s', enabled: true },
      x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
    },
    authorization: { mode: 'Webhook', webhook: { cacheAuthorizedTTL: '0s', cacheUnauthorizedTTL: '0s' } },
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    clusterDNS: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    ...(minor >= 27 && state.runtime === 'containerd' ? { containerRuntimeEndpoint: containerdSocket } : {}),
    // A merge of --config-dir takes an empty list for one that is not set, and 'pods' for its default.
    enforceNodeAllocatable: minor >= 28 ? ['none'] : [],
    ...(minor >= 35 ? { failCgroupV1: false } : {}),
    failSwapOn: false,
    healthzBindAddress: '127.0.0.1',
    healthzPort: 10248,
    rotateCertificates: true,
    staticPodPath: '/etc/kubernetes/manifests',
  });
}

const containerdSocket = 'unix:///run/containerd/containerd.sock';

/** The flags that choose the runtime came and went with the versions. */
function kubeadmArguments(state: LabState): string[] {
  const minor = minorOf(state.kubeletVersion);
  if (state.runtime === 'docker') return ['--network-plugin=cni', '--pod-infra-container-image=k8s.gcr.io/pause:3.2'];
  if (minor >= 27) return [];
  return [...(minor < 24 ? ['--container-runtime=remote'] : []), `--container-runtime-endpoint=${containerdSocket}`];
}

export interface KubeletSettings {
  /** Text of /var/lib/kubelet/config.yaml; default: the lab's. */
  readonly config?: string;
  /** KUBELET_EXTRA_ARGS in /etc/default/kubelet; default: none. */
  readonly extraArgs?: string;
}

/** Write both of the kubelet's files that people change. A running kubelet sees them at its next start. */
export function writeKubeletSettings(state: LabState, host: LabHost, settings: KubeletSettings = {}): void {
  writeFileSync(join(host.disks.kubelet, 'config.yaml'), settings.config ?? defaultKubeletConfig(state));
  writeFileSync(join(host.root, 'etc/default/kubelet'), `KUBELET_EXTRA_ARGS=${settings.extraArgs ?? ''}\n`);
}

/** Write them and restart the kubelet. Does not wait: a wrong setting is a test, too. */
export async function configureKubelet(state: LabState, host: LabHost, settings: KubeletSettings = {}): Promise<void> {
  writeKubeletSettings(state, host, settings);
  await host.sh('systemctl restart kubelet');
}
