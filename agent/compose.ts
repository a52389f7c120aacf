import { criCall } from '../lib/host/cri/call.ts';
import type { HostView } from '../lib/host/host.ts';
import { localHost } from '../lib/host/local.ts';
import { type ClusterClient, clusterClient } from '../lib/kube/client.ts';
import type { KubeletPlaces } from '../lib/kube/discovery.ts';
import { isUnavailable } from '../lib/model/source.ts';
import { kubeletCommand } from '../lib/sources/kubelet-command.ts';
import { flagText, parseFlags } from '../lib/sources/kubelet-flags.ts';
import { gatherer } from './gather.ts';

/** From the command line alone: what the kubelet's files say needs an identity to be confirmed, and this is how we get one. */
async function kubeletPlaces(host: HostView): Promise<KubeletPlaces> {
  const command = await gatherer(host).fact(kubeletCommand);
  if (isUnavailable(command)) return {};
  const flags = parseFlags(command.argv.slice(1));
  const places = {
    kubeconfig: flagText(flags, 'kubeconfig'),
    hostnameOverride: flagText(flags, 'hostname-override'),
    certDirectory: flagText(flags, 'cert-dir'),
    tlsCertFile: flagText(flags, 'tls-cert-file'),
  };
  return Object.fromEntries(Object.entries(places).filter(([, value]) => value !== undefined));
}

export interface Identity {
  /** The kubeconfig a person or the configuration named. */
  readonly kubeconfig?: string | undefined;
  readonly nodeName?: string | undefined;
}

/** The node this process runs on, and the cluster as far as its identity reaches. */
export function composeHost({ kubeconfig, nodeName }: Identity = {}): HostView {
  let client: ClusterClient | undefined;
  const cluster = (): ClusterClient => {
    client ??= clusterClient({
      host,
      kubelet: () => kubeletPlaces(host),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(nodeName === undefined ? {} : { nodeName }),
    });
    return client;
  };
  const host: HostView = localHost(
    {
      apiGet: (request) => cluster().apiGet(request),
      trustedGet: (request) => cluster().trustedGet(request),
      clusterIdentity: () => cluster().clusterIdentity(),
    },
    criCall,
  );
  return host;
}
