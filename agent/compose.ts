import { criCall } from '../lib/host/cri/call.ts';
import type { HostView } from '../lib/host/host.ts';
import { localHost } from '../lib/host/local.ts';

/** The node this process runs on; `kubeconfig`: the identity a person named. */
export function composeHost(_kubeconfig?: string): HostView {
  const noIdentity = async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }) as const;
  const none = async () => ({ kind: 'none', reason: 'no kubeconfig' }) as const;
  return localHost({ apiGet: noIdentity, trustedGet: noIdentity, clusterIdentity: none }, criCall);
}
