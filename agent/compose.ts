import type { HostView } from '../lib/host/host.ts';
import { localHost } from '../lib/host/local.ts';

export interface HostOptions {
  readonly kubeconfig?: string;
}

/** The node this process runs on. */
export function composeHost(_options: HostOptions): HostView {
  const noIdentity = async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }) as const;
  const none = async () => ({ kind: 'none', reason: 'no kubeconfig' }) as const;
  return localHost({ apiGet: noIdentity, trustedGet: noIdentity, clusterIdentity: none }, async () => ({ kind: 'missing' }));
}
