import type { HostView, PathFailure } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { kubeletCommand } from '../kubelet/kubelet-command.ts';
import { flagText, type KubeletFlags, parseFlags } from '../kubelet/kubelet-flags.ts';
import { type RuntimeEndpoint, runtimeEndpoint } from '../runtime/runtime-endpoint.ts';

/** Where the pod network of this node is configured, and whether it is. */
export type CniConfig =
  | { readonly kind: 'not-used'; readonly why: string }
  | { readonly kind: 'found'; readonly directory: string; readonly files: readonly string[] }
  | { readonly kind: 'missing'; readonly directory: string }
  | { readonly kind: 'unknown'; readonly directory: string; readonly failure: PathFailure };

const DEFAULT = '/etc/cni/net.d';
const K3S = '/var/lib/rancher/k3s/agent/etc/cni/net.d';

/** `conf_dir` of the CRI plugin's cni section (config.toml versions 2 and 3). */
function parseConfDir(text: string): string | undefined {
  return /^\s*conf_dir\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];
}

/** Dockershim uses CNI only when told to; everything behind CRI does (`--network-plugin` went with it in v1.24). */
function usesCni(flags: KubeletFlags, { services }: RuntimeEndpoint): string | undefined {
  const dockershim = services[0]?.name === 'docker' && services[0].role === 'endpoint';
  const plugin = flagText(flags, 'network-plugin') ?? '';
  if (dockershim && plugin !== 'cni') return `the kubelet uses docker's own network (--network-plugin=${plugin})`;
  return undefined;
}

async function directoryOf(host: HostView, flags: KubeletFlags, { services }: RuntimeEndpoint): Promise<string> {
  const [service] = services;
  const told = flagText(flags, 'cni-conf-dir');
  if (service?.name === 'docker' && told !== undefined) return told;
  if (service?.inside === 'k3s') return K3S;
  if (service?.name !== 'containerd') return DEFAULT;
  const config = await host.readFile('/etc/containerd/config.toml');
  return (config.kind === 'text' ? parseConfDir(config.text) : undefined) ?? DEFAULT;
}

async function read(host: HostView, { use }: ReadContext): Promise<CniConfig> {
  const [command, endpoint] = await Promise.all([use(kubeletCommand), use(runtimeEndpoint)]);
  if (!command.installed) return { kind: 'not-used', why: 'no kubelet on this host' };
  const flags = parseFlags(command.argv.slice(1));
  const why = usesCni(flags, endpoint);
  if (why !== undefined) return { kind: 'not-used', why };
  const directory = await directoryOf(host, flags, endpoint);
  const listed = await host.listDirectory(directory);
  if (listed.kind === 'missing') return { kind: 'missing', directory };
  if (listed.kind !== 'entries') return { kind: 'unknown', directory, failure: listed };
  // libcni ConfFiles
  const files = listed.names.filter((name) => /\.(conf|conflist|json)$/.test(name));
  return files.length === 0 ? { kind: 'missing', directory } : { kind: 'found', directory, files };
}

export const cniConfig = defineSource<CniConfig>({ id: 'cni-config', deadline: seconds(7), keep: seconds(60), read });
