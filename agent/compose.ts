import { criCall } from '../lib/host/cri/call.ts';
import type { HostView } from '../lib/host/host.ts';
import { localHost } from '../lib/host/local.ts';
import { type ClusterClient, clusterClient } from '../lib/kube/client.ts';
import type { KubeletPlaces } from '../lib/model/kubelet-places.ts';
import { isUnavailable } from '../lib/model/source.ts';
import { kubeletPlaces } from '../lib/sources/kubelet/kubelet-places.ts';
import { gatherer } from './gather.ts';

async function placesOf(host: HostView): Promise<KubeletPlaces> {
  const places = await gatherer(host).fact(kubeletPlaces);
  return isUnavailable(places) ? {} : places;
}

export interface Identity {
  /** The kubeconfig a person or the configuration named. */
  readonly kubeconfig?: string | undefined;
  readonly nodeName?: string | undefined;
}

/** The node this process runs on, and the cluster as far as its identity reaches. */
export interface Node {
  readonly host: HostView;
  readonly cluster: ClusterClient;
}

export function composeNode({ kubeconfig, nodeName }: Identity = {}): Node {
  let client: ClusterClient | undefined;
  const connected = (): ClusterClient => {
    client ??= clusterClient({
      host,
      kubelet: () => placesOf(host),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(nodeName === undefined ? {} : { nodeName }),
    });
    return client;
  };
  // Connected on first use: most commands never ask the cluster.
  const cluster: ClusterClient = {
    apiGet: (request) => connected().apiGet(request),
    apiSend: (request) => connected().apiSend(request),
    trustedGet: (request) => connected().trustedGet(request),
    clusterIdentity: () => connected().clusterIdentity(),
  };
  const host: HostView = localHost(cluster, criCall);
  return { host, cluster };
}

export function composeHost(identity: Identity = {}): HostView {
  return composeNode(identity).host;
}
