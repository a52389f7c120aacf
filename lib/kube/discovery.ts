import { AgentError } from '../errors.ts';
import type { Clock, ClusterIdentity, HostView } from '../host/host.ts';
import type { KubeletPlaces } from '../model/kubelet-places.ts';
import { type Duration, minutes } from '../model/units.ts';

export interface Place {
  readonly origin: ClusterIdentity['origin'];
  readonly file: string;
}

export const OWN_KUBECONFIG = '/etc/nodemend/kubeconfig';

/** Where kubeadm, k3s, RKE2, MicroK8s, k0s, RKE1 and older installers put the kubelet's kubeconfig. */
export const WELL_KNOWN = [
  '/etc/kubernetes/kubelet.conf',
  '/var/lib/kubelet/kubeconfig',
  '/var/lib/rancher/k3s/agent/kubelet.kubeconfig',
  '/var/lib/rancher/rke2/agent/kubelet.kubeconfig',
  '/var/snap/microk8s/current/credentials/kubelet.config',
  '/var/lib/k0s/kubelet.conf',
  '/etc/kubernetes/ssl/kubecfg-kube-node.yaml',
] as const;

export interface Discovery {
  readonly host: Pick<HostView, 'fileStatus'>;
  /** `--kubeconfig`, or `cluster.kubeconfig` of the configuration. */
  readonly kubeconfig?: string;
  readonly kubelet: () => Promise<KubeletPlaces>;
}

/** Undefined: no kubeconfig anywhere. A named one that does not exist is an error; a discovered one is passed over. */
export async function discoverKubeconfig({ host, kubeconfig, kubelet }: Discovery): Promise<Place | undefined> {
  if (kubeconfig !== undefined) return { origin: 'option', file: kubeconfig };
  const there = async (file: string) => (await host.fileStatus(file)).kind !== 'missing';
  // Most nodes have none: a starved host that does not even say so must not cost it the kubelet's.
  const own = (await host.fileStatus(OWN_KUBECONFIG)).kind;
  if (own !== 'missing' && own !== 'timed-out') return { origin: 'own', file: OWN_KUBECONFIG };
  const named = (await kubelet()).kubeconfig;
  if (named !== undefined && named !== '') return (await there(named)) ? { origin: 'kubelet', file: named } : undefined;
  for (const file of WELL_KNOWN) {
    if (await there(file)) return { origin: 'well-known', file };
  }
  return undefined;
}

/** A kubelet that cannot be asked leaves the well-known places. */
async function placesOf(kubelet: () => Promise<KubeletPlaces>): Promise<KubeletPlaces> {
  try {
    return await kubelet();
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return {};
  }
}

/** Asking the kubelet's process and files is not free; they are asked once a minute. */
export function rememberPlaces(
  kubelet: () => Promise<KubeletPlaces>,
  clock: Pick<Clock, 'monotonic'>,
): () => Promise<KubeletPlaces> {
  let asked: { readonly at: Duration; readonly places: Promise<KubeletPlaces> } | undefined;
  return () => {
    if (asked === undefined || clock.monotonic() - asked.at >= minutes(1)) {
      asked = { at: clock.monotonic(), places: placesOf(kubelet) };
    }
    return asked.places;
  };
}
