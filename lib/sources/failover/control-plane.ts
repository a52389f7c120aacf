import type { HostView } from '../../host/host.ts';
import { toObject, toObjects, toText } from '../../model/json.ts';
import { askFor, objectPath } from './ask.ts';
import { type Component, type ComponentName, componentsOf } from './component.ts';
import { componentsHere } from './components-here.ts';

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
  /** Sentences: flags in which several of one kind differ, programs that could not be read. */
  readonly doubts: readonly string[];
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
    componentsHere(host, manifests, kubeconfig),
    ofApi(host, 'kube-controller-manager'),
    ofApi(host, 'kube-apiserver'),
    askFor(host, '/version', (body) => toText(toObject(body).gitVersion)),
    leaderOf(host),
  ]);
  const of = (name: ComponentName, remote: readonly Component[]) => [
    ...here.components.filter((one) => one.name === name),
    ...remote,
  ];
  const [allManagers, allServers] = [of('kube-controller-manager', managers), of('kube-apiserver', servers)];
  return {
    version: version.kind === 'found' && version.value !== '' ? version.value : undefined,
    controllerManager: allManagers.find(({ node }) => node !== undefined && node === leader) ?? allManagers[0],
    apiServer: allServers[0],
    doubts: [...here.unread, ...differencesOf(allManagers), ...differencesOf(allServers)],
  };
}
