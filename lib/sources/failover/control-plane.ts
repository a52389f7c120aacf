import { parse } from 'yaml';
import type { HostView, ProcessEntry } from '../../host/host.ts';
import { KiB, ms } from '../../model/units.ts';
import { toObject, toObjects, toText } from '../cluster/api-json.ts';
import { parseCommandLine } from '../kubelet/kubelet-candidates.ts';
import { askFor, objectPath } from './ask.ts';
import { authoritiesOfKubeconfig, trustedBy } from './cluster-authority.ts';
import { type Component, type ComponentName, componentsOf, flagsOf, NAMES } from './component.ts';

const MOST_PROCESSES = 64;

/** A process's name is cut after 15 bytes and its own choice: the command line must agree. */
const looksLike = ({ name, kernelThread, state }: ProcessEntry): boolean =>
  !kernelThread && state !== 'Z' && NAMES.some((one) => one.slice(0, 15) === name);

async function ofProcess(host: HostView, { pid }: ProcessEntry): Promise<readonly (readonly [Component, string])[]> {
  const cmdline = await host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 64 * KiB, deadline: ms(500) });
  const words = cmdline.kind === 'text' ? parseCommandLine(cmdline.text) : [];
  const name = NAMES.find((one) => words[0]?.split('/').at(-1) === one);
  if (name === undefined) return [];
  return [[{ name, flags: flagsOf(words.slice(1)), from: `process ${pid} of this host` }, `/proc/${pid}/root`]];
}

async function ofManifest(host: HostView, path: string): Promise<readonly (readonly [Component, string])[]> {
  const answer = await host.readFile(path);
  if (answer.kind !== 'text' || answer.truncated) return [];
  try {
    return componentsOf(parse(answer.text), path).map((component) => [component, ''] as const);
  } catch {
    return [];
  }
}

async function ofManifests(host: HostView, directory: string): Promise<readonly (readonly [Component, string])[]> {
  const listing = await host.listDirectory(directory);
  const names = listing.kind === 'entries' ? listing.names.filter((name) => !name.startsWith('.')).slice(0, 64) : [];
  return (await Promise.all(names.map((name) => ofManifest(host, `${directory}/${name}`)))).flat();
}

/** A host may carry parts of several clusters (a lab, a hosted control plane): only what trusts the same authority is ours. */
async function ofThisHost(host: HostView, manifests: string, kubeconfig: string | undefined): Promise<readonly Component[]> {
  const table = await host.processes();
  const entries = table.kind === 'processes' ? table.entries.filter(looksLike).slice(0, MOST_PROCESSES) : [];
  const found = [
    ...(await Promise.all(entries.map((entry) => ofProcess(host, entry)))).flat(),
    ...(await ofManifests(host, manifests)),
  ];
  // Without an identity nobody tells which of several clusters this host is in.
  if (kubeconfig === undefined) return found.length <= NAMES.length ? found.map(([component]) => component) : [];
  if (found.length === 0) return [];
  const ours = new Set(await authoritiesOfKubeconfig(host, kubeconfig));
  const trusts = await Promise.all(found.map(([{ flags }, root]) => trustedBy(host, root, flags)));
  return found
    .filter((_, index) => ours.size === 0 || trusts[index]?.some((certificate) => ours.has(certificate)) === true)
    .map(([component]) => component);
}

/** kubeadm's labels; what other installers call theirs is not guessed. */
async function ofApi(host: HostView, name: ComponentName): Promise<readonly Component[]> {
  const path = `${objectPath('v1', 'kube-system', 'pods')}?labelSelector=component%3D${name}&resourceVersion=0`;
  const asked = await askFor(host, path, (body) =>
    toObjects(toObject(body).items).flatMap((pod) => componentsOf(pod, `pod ${toText(toObject(pod.metadata).name)}`)),
  );
  return asked.kind === 'found' ? asked.value.filter((component) => component.name === name) : [];
}

/** `master-1` of `master-1_3f0c…`: the one whose flags count. */
async function leaderOf(host: HostView): Promise<string | undefined> {
  const path = objectPath('coordination.k8s.io/v1', 'kube-system', 'leases', 'kube-controller-manager');
  const asked = await askFor(host, path, (body) => toText(toObject(toObject(body).spec).holderIdentity));
  return asked.kind === 'found' ? asked.value.replace(/_[0-9a-f-]+$/, '') : undefined;
}

export interface ControlPlane {
  readonly version: string | undefined;
  /** The one that leads, or the first that was found. */
  readonly controllerManager: Component | undefined;
  readonly apiServer: Component | undefined;
  /** Flags in which several of one kind differ: `node-monitor-grace-period: 40s (pod a), 20s (pod b)`. */
  readonly differences: readonly string[];
}

const DECIDING =
  /^(node-monitor-(grace-)?period|pod-eviction-timeout|enable-taint-manager|controllers|(secondary-)?node-eviction-rate|unhealthy-zone-threshold|large-cluster-size-threshold|default-(not-ready|unreachable)-toleration-seconds)$/;

function differencesOf(components: readonly Component[]): readonly string[] {
  const flags = [...new Set(components.flatMap((component) => Object.keys(component.flags)))].filter((flag) =>
    DECIDING.test(flag),
  );
  return flags.flatMap((flag) => {
    const values = components.map((component) => component.flags[flag] ?? 'default');
    if (new Set(values).size < 2) return [];
    return [`${flag} differs: ${components.map(({ from }, index) => `${values[index]} (${from})`).join(', ')}`];
  });
}

export interface ControlPlanePlaces {
  /** The kubelet's static pods. */
  readonly manifests: string;
  /** Of the identity that asks. */
  readonly kubeconfig: string | undefined;
}

/** Asks the host first, whose processes are the truth, then the API, whose mirror pods tell what was meant. */
export async function readControlPlane(host: HostView, { manifests, kubeconfig }: ControlPlanePlaces): Promise<ControlPlane> {
  const [here, managers, servers, version, leader] = await Promise.all([
    ofThisHost(host, manifests, kubeconfig),
    ofApi(host, 'kube-controller-manager'),
    ofApi(host, 'kube-apiserver'),
    askFor(host, '/version', (body) => toText(toObject(body).gitVersion)),
    leaderOf(host),
  ]);
  const of = (name: ComponentName, remote: readonly Component[]) => [...here.filter((one) => one.name === name), ...remote];
  const [allManagers, allServers] = [of('kube-controller-manager', managers), of('kube-apiserver', servers)];
  return {
    version: version.kind === 'found' && version.value !== '' ? version.value : undefined,
    controllerManager: allManagers.find(({ node }) => node !== undefined && node === leader) ?? allManagers[0],
    apiServer: allServers[0],
    differences: [...differencesOf(allManagers), ...differencesOf(allServers)],
  };
}
