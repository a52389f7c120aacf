import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCgroups } from './cgroup.ts';
import { launch } from './launch.ts';
import { cgroupsOf, labDirectory } from './paths.ts';
import type { Authority } from './pki.ts';
import { renderKubeconfig } from './pki.ts';
import { must } from './run.ts';
import { apiServerOf, gatewayOf, type LabState, minorOf } from './state.ts';

export const controlPlaneGroup = 'control-plane';

/** Start etcd, API server, controller manager and scheduler on the machine, bound to the lab's bridge or loopback only. */
export async function startControlPlane(state: LabState, authority: Authority): Promise<void> {
  const directory = labDirectory(state.name);
  const pki = join(directory, 'pki');
  const groups = cgroupsOf(state.name, controlPlaneGroup);
  makeCgroups(groups);
  mkdirSync(join(directory, 'logs'), { recursive: true });
  const start = (name: string, argv: readonly string[]): number => launch(groups, argv, join(directory, 'logs', `${name}.log`));

  // etcd first: the API server gives up on one that is not there, and the certificates take a moment anyway.
  const etcd = etcdAddress(state);
  start('etcd', etcdCommand(state, directory, etcd));
  await makeCertificates(state, authority, directory);
  start('kube-apiserver', apiServerCommand(state, pki, etcd));
  start('kube-controller-manager', controllerManagerCommand(state, directory));
  start('kube-scheduler', [
    join(state.binaries, 'kube-scheduler'),
    ...[`--kubeconfig=${join(directory, 'scheduler.conf')}`, '--leader-elect=false', `--bind-address=${gatewayOf(state)}`],
    ...noInsecurePort(state),
  ]);
}

/** Until its removal plain HTTP was served on every address by default. */
const noInsecurePort = (state: LabState): string[] => (minorOf(state.kubeletVersion) < 23 ? ['--port=0'] : []);

/** On loopback, at an address that is the lab's own: other programs' etcd stays where it is. */
const etcdAddress = (state: LabState): string => `127.${state.subnet.split('.').slice(1).join('.')}.1`;

async function makeCertificates(state: LabState, authority: Authority, directory: string): Promise<void> {
  const pki = join(directory, 'pki');
  const services = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  const addresses = [gatewayOf(state), '127.0.0.1', '10.96.0.1'];
  const names = [...services.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)];
  const users = [
    ['kubeconfig', 'kubernetes-admin', '/O=system:masters/CN=kubernetes-admin'],
    ['controller-manager.conf', 'system:kube-controller-manager', '/CN=system:kube-controller-manager'],
    ['scheduler.conf', 'system:kube-scheduler', '/CN=system:kube-scheduler'],
  ] as const;

  await Promise.all([
    must(['openssl', 'genrsa', '-out', join(pki, 'sa.key'), '2048']),
    authority.issue('apiserver', '/CN=kube-apiserver', names),
    authority.issue('apiserver-kubelet-client', '/O=system:masters/CN=kube-apiserver-kubelet-client'),
    ...users.map(async ([file, user, subject]) => {
      const certificate = await authority.issue(file, subject);
      const text = renderKubeconfig({ server: apiServerOf(state), ca: authority.ca, user, certificate });
      writeFileSync(join(directory, file), text, { mode: 0o600 });
    }),
  ]);
}

/** What a directory of ready binaries has, or what the machine has. */
function etcdCommand(state: LabState, directory: string, address: string): string[] {
  const own = join(state.binaries, 'etcd');
  const client = `http://${address}:2379`;
  const peer = `http://${address}:2380`;
  return [
    existsSync(own) ? own : '/usr/bin/etcd',
    ...['--name=lab', `--data-dir=${join(directory, 'etcd')}`],
    ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
    ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=lab=${peer}`],
    ...(existsSync(own) ? [] : progressFor(state)),
  ];
}

/**
 * An API server from v1.31 asks etcd how far its watches are, which the etcd 3.4 of Debian 12 does not answer: every watch of what
 * changes seldom would end in "Too large resource version". Told unasked once a second, it knows.
 */
const progressFor = (state: LabState): string[] =>
  minorOf(state.kubeletVersion) < 31 ? [] : ['--experimental-watch-progress-notify-interval=1s'];

function apiServerCommand(state: LabState, pki: string, etcd: string): string[] {
  const file = (name: string): string => join(pki, name);
  return [
    join(state.binaries, 'kube-apiserver'),
    ...[`--etcd-servers=http://${etcd}:2379`, `--bind-address=${gatewayOf(state)}`, '--secure-port=6443'],
    ...[`--tls-cert-file=${file('apiserver.crt')}`, `--tls-private-key-file=${file('apiserver.key')}`],
    ...[`--client-ca-file=${file('ca.crt')}`, '--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction'],
    `--kubelet-certificate-authority=${file('ca.crt')}`,
    `--kubelet-client-certificate=${file('apiserver-kubelet-client.crt')}`,
    ...[`--kubelet-client-key=${file('apiserver-kubelet-client.key')}`, '--kubelet-preferred-address-types=InternalIP'],
    ...['--service-account-issuer=https://kubernetes.default.svc.cluster.local', `--service-account-key-file=${file('sa.key')}`],
    ...[
      `--service-account-signing-key-file=${file('sa.key')}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--allow-privileged=true',
    ],
    ...(state.apiServerArgs ?? []),
  ];
}

function controllerManagerCommand(state: LabState, directory: string): string[] {
  const kubeconfig = join(directory, 'controller-manager.conf');
  const pki = (name: string): string => join(directory, 'pki', name);
  return [
    join(state.binaries, 'kube-controller-manager'),
    ...[`--kubeconfig=${kubeconfig}`, '--leader-elect=false', `--bind-address=${gatewayOf(state)}`],
    ...[
      `--service-account-private-key-file=${pki('sa.key')}`,
      `--root-ca-file=${pki('ca.crt')}`,
      '--use-service-account-credentials=true',
    ],
    ...[`--cluster-signing-cert-file=${pki('ca.crt')}`, `--cluster-signing-key-file=${pki('ca.key')}`],
    ...noInsecurePort(state),
    ...(state.controllerManagerArgs ?? []),
  ];
}
