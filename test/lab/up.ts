import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiGet } from './api.ts';
import { startControlPlane } from './control-plane.ts';
import { makeDisk } from './disk.ts';
import { LabError } from './error.ts';
import type { LabHost } from './host.ts';
import { makeRoot, personalize } from './host-files.ts';
import { authorityDirectory, type KubeletSettings, writeKubeletFiles, writeKubeletSettings } from './kubelet.ts';
import { type Lab, labOf } from './lab.ts';
import { claimSubnet, makeBridge } from './network.ts';
import { boot, hostDirectory } from './nspawn.ts';
import type { UpOptions } from './options.ts';
import { labDirectory } from './paths.ts';
import { makeAuthority } from './pki.ts';
import { prepare } from './prepare.ts';
import { loadImages } from './runtime.ts';
import { gatewayOf, type LabState, readState, writeState } from './state.ts';
import { waitFor } from './wait.ts';

type Say = (line: string) => void;

/** Bring a lab up until every Node is Ready and runs a pod. What fails half-way stays for a look; `down` removes it. */
export async function bringUp(options: UpOptions, say: Say): Promise<Lab> {
  if (readState(options.name) !== undefined || existsSync(labDirectory(options.name))) {
    throw new LabError(`lab "${options.name}" is there already; type: sudo npm run lab -- down --name ${options.name}`);
  }
  const prepared = await prepare(options, say);
  const state: LabState = {
    ...{ name: options.name, phase: 'coming up', upPid: process.pid, startedAt: new Date().toISOString() },
    ...{ runtime: options.runtime, nodes: options.nodes, liveRestore: options.liveRestore },
    ...{ kubeletDisk: options.kubeletDisk, kubeletInodes: options.kubeletInodes, runtimeDisk: options.runtimeDisk },
    ...{ subnet: await claimSubnet(options.name), binaries: prepared.binaries, kubeletVersion: prepared.kubeletVersion },
    ...{ controllerManagerArgs: wordsOf(options.controllerManagerArgs), apiServerArgs: wordsOf(options.apiServerArgs) },
  };
  writeState(state);

  const lab = labOf(state);
  await makeBridge(state.name, gatewayOf(state));
  mkdirSync(join(labDirectory(state.name), 'logs'), { recursive: true });
  const authority = await makeAuthority(authorityDirectory(state));
  say(`${prepared.kubeletVersion}, control plane at ${lab.apiServer}, ${state.nodes} host(s) with ${state.runtime}`);

  const controlPlane = startControlPlane(state, authority).then(() => apiServerReady(state));
  const hosts = lab.hosts.map(async (host) => {
    await bootHost(state, host, prepared.root);
    await Promise.all([writeKubeletFiles(state, host, authority), loadImages(host, prepared.images)]);
    writeKubeletSettings(state, host, settingsOf(options));
    say(`${host.name}: booted, ${state.runtime} answers`);
    await controlPlane;
    await host.sh('systemctl enable --quiet --now kubelet');
    await nodeReady(state, host);
    say(`${host.name}: Ready`);
  });
  await Promise.all([controlPlane.then(() => say('API server ready')), ...hosts]);

  await firstPods(lab);
  writeState({ ...state, phase: 'up' });
  return lab;
}

const wordsOf = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

function settingsOf({ kubeletConfig, kubeletArgs }: UpOptions): KubeletSettings {
  return {
    ...(kubeletConfig === undefined ? {} : { config: readFileSync(kubeletConfig, 'utf8') }),
    ...(kubeletArgs === undefined ? {} : { extraArgs: kubeletArgs }),
  };
}

async function bootHost(state: LabState, host: LabHost, base: string): Promise<void> {
  const directory = hostDirectory(state.name, host.name);
  const disks = join(directory, 'disks');
  const root = await makeRoot(base, directory);
  await personalize(state, host.index, root);
  const binds = [
    `${await makeDisk(disks, 'kubelet', { size: state.kubeletDisk, inodes: state.kubeletInodes })}:/var/lib/kubelet`,
  ];
  const runtime = join(disks, 'runtime');
  if (state.runtimeDisk === 'none') mkdirSync(runtime, { recursive: true });
  else await makeDisk(disks, 'runtime', { size: state.runtimeDisk, inodes: 65_536 });
  // An overlay cannot lie on the host's own overlay, so the runtime's data always comes from outside.
  boot(state, host.index, [...binds, `${runtime}:/var/lib/${state.runtime}`]);
}

async function apiServerReady(state: LabState): Promise<void> {
  const see = 'npm run lab -- logs kube-apiserver';
  await waitFor('the API server', () => apiGet(state, '/readyz'), { see });
  // Until the controller manager has made it, every pod is refused.
  await waitFor('the default service account', () => apiGet(state, '/api/v1/namespaces/default/serviceaccounts/default'), {
    see: 'npm run lab -- logs kube-controller-manager',
  });
}

interface NodeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** True when the API server says that the Node is Ready. */
export async function isReady(state: LabState, host: string): Promise<boolean> {
  const node = (await apiGet(state, `/api/v1/nodes/${host}`)) as NodeObject | undefined;
  return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

async function nodeReady(state: LabState, host: LabHost): Promise<void> {
  const see = `npm run lab -- logs ${host.name} kubelet`;
  await waitFor(`node ${host.name} to be Ready`, async () => ((await isReady(state, host.name)) ? true : undefined), { see });
}

/** One pod on each host: the proof that the whole chain works. */
async function firstPods(lab: Lab): Promise<void> {
  await Promise.all(lab.hosts.map((host) => lab.runPods({ name: `hello-${host.name}`, count: 1, node: host.name })));
}
