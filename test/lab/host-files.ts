import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostName } from './paths.ts';
import { must, run } from './run.ts';
import { addressOf, gatewayOf, type LabState } from './state.ts';

/** Mount a root of the host's own over the shared one; where overlays do not work, copy it. */
export async function makeRoot(base: string, directory: string): Promise<string> {
  const [root, upper, work] = ['root', 'upper', 'work'].map((name) => join(directory, name)) as [string, string, string];
  for (const path of [root, upper, work]) mkdirSync(path, { recursive: true });
  const layers = `lowerdir=${base},upperdir=${upper},workdir=${work}`;
  const overlay = await run(['mount', '-t', 'overlay', 'overlay', '-o', layers, root]);
  if (overlay.code !== 0) await must(['cp', '-a', '--reflink=auto', `${base}/.`, root], { timeoutMs: 120_000 });
  return root;
}

/** Make the root this host's: who it is, where it is, and which runtime it has. */
export async function personalize(state: LabState, index: number, root: string): Promise<void> {
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  cpSync(join(import.meta.dirname, 'root'), root, { recursive: true });

  write('etc/machine-id', await must(['systemd-id128', 'new']));
  write('etc/hostname', `${hostName(index)}\n`);
  const known = Array.from({ length: state.nodes }, (_, i) => `${addressOf(state, i + 1)} ${hostName(i + 1)}\n`);
  write('etc/hosts', `127.0.0.1 localhost\n${known.join('')}`);
  // Refused at once: a name server that stays silent would slow down everything that asks for a name.
  write('etc/resolv.conf', `nameserver ${gatewayOf(state)}\n`);
  write(
    'etc/lab.env',
    `ADDRESS=${addressOf(state, index)}\nGATEWAY=${gatewayOf(state)}\nKMSG=${index === 1 ? 'real' : 'none'}\n`,
  );
  write('etc/cni/net.d/10-lab.conflist', renderCni(index));

  for (const [name, directory] of programs) {
    const given = join(state.binaries, name);
    if (existsSync(given)) await must(['cp', '--remove-destination', given, join(root, directory, name)]);
  }
  await must(['systemctl', `--root=${root}`, '--quiet', 'enable', 'lab-prepare.service']);
  await must(['systemctl', `--root=${root}`, '--quiet', 'mask', ...unwanted]);
  if (state.runtime === 'docker') write('etc/docker/daemon.json', renderDaemonJson(state));
  else removeDocker(root);
  write('etc/containerd/config.toml', containerdConfig);
  appendFileSync(join(root, 'root/.bashrc'), `PS1='[${state.name}] \\u@\\h:\\w\\$ '\n`);
}

/** Taken from the directory of binaries where it has them: a new kubelet wants a newer containerd than Debian's. */
const programs = [
  ['kubelet', 'usr/bin'],
  ['containerd', 'usr/bin'],
  ['containerd-shim-runc-v2', 'usr/bin'],
  ['ctr', 'usr/bin'],
  ['runc', 'usr/sbin'],
] as const;

/** Nothing of these helps a lab; console-getty would log in over and over. */
const unwanted = [
  'console-getty.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
  'dpkg-db-backup.timer',
];

/** A containerd node has no docker: not stopped, but absent. */
function removeDocker(root: string): void {
  const files = [
    'usr/bin/docker',
    'usr/sbin/dockerd',
    'usr/bin/docker-proxy',
    'usr/sbin/docker-proxy',
    'etc/docker',
    'etc/init.d/docker',
  ];
  const units = ['docker.service', 'docker.socket'].flatMap((unit) => [
    `usr/lib/systemd/system/${unit}`,
    `etc/systemd/system/multi-user.target.wants/${unit}`,
    `etc/systemd/system/sockets.target.wants/${unit}`,
  ]);
  for (const path of [...files, ...units]) rmSync(join(root, path), { recursive: true, force: true });
}

function renderDaemonJson(state: LabState): string {
  const settings = {
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'live-restore': state.liveRestore,
    'log-driver': 'json-file',
    'log-opts': { 'max-size': '10m' },
    'storage-driver': 'overlay2',
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

const containerdConfig = `version = 2

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "k8s.gcr.io/pause:3.2"
  # Needs CAP_SYS_RESOURCE otherwise, which not every machine gives to the lab.
  restrict_oom_score_adj = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
`;

/** Pods with an address of their own reach each other on their node only; that is all the lab needs. */
function renderCni(index: number): string {
  const ipam = { type: 'host-local', ranges: [[{ subnet: `10.244.${index}.0/24` }]], routes: [{ dst: '0.0.0.0/0' }] };
  const bridge = { type: 'bridge', bridge: 'cni0', isDefaultGateway: true, ipam };
  return `${JSON.stringify({ cniVersion: '0.4.0', name: 'lab', plugins: [bridge] }, null, 2)}\n`;
}
