import type { ClusterIdentity } from '../host/host.ts';

const PREFIX = 'system:node:';

/** `web-1` of `system:node:web-1`. */
function systemNodeName(user: string | undefined): string | undefined {
  const name = user?.startsWith(PREFIX) === true ? user.slice(PREFIX.length) : '';
  return name === '' ? undefined : name;
}

export interface NameSources {
  /** `nodeName` of the configuration, unless it is `auto`. */
  readonly configured?: string;
  /** The user names of the credentials at hand, ours first, then the kubelet's own. */
  readonly users: readonly (string | undefined)[];
  readonly hostnameOverride?: string;
  readonly hostname: string;
}

/** The name of this node's Node object, as the kubelet chooses it (k8s.io/component-helpers/node/util GetHostname). */
export function nodeNameOf(sources: NameSources): Pick<ClusterIdentity, 'nodeName' | 'nodeNameFrom'> {
  const { configured, users, hostnameOverride, hostname } = sources;
  const clean = (name: string) => name.trim().toLowerCase();
  if (configured !== undefined && configured !== 'auto') return { nodeName: clean(configured), nodeNameFrom: 'configuration' };
  const proven = users.map(systemNodeName).find((name) => name !== undefined);
  if (proven !== undefined) return { nodeName: clean(proven), nodeNameFrom: 'credential' };
  if (hostnameOverride !== undefined) return { nodeName: clean(hostnameOverride), nodeNameFrom: 'hostname-override' };
  return { nodeName: clean(hostname), nodeNameFrom: 'hostname' };
}
