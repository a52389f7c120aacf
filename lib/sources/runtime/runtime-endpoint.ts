import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { ms, seconds } from '../../model/units.ts';
import { type KubeletCommand, kubeletCommand } from '../kubelet/kubelet-command.ts';
import { type KubeletSettings, kubeletSettings } from '../kubelet/kubelet-settings.ts';
import { within } from '../within.ts';

export type RuntimeName = 'docker' | 'cri-dockerd' | 'containerd' | 'cri-o';

/**
 * `endpoint`: the kubelet talks to it. `backend`: it stands behind the endpoint. `unused`: it runs here, and the kubelet
 * does not use it. `found`: there is no kubelet to ask.
 */
export type RuntimeRole = 'endpoint' | 'backend' | 'unused' | 'found';

export interface RuntimeService {
  readonly name: RuntimeName;
  readonly socketPath: string;
  readonly role: RuntimeRole;
  /** Unit names it may have, the usual one first; empty when it has none of its own. */
  readonly units: readonly string[];
  /** The program that runs it inside itself: `k3s`. */
  readonly inside?: string;
  /** No socket was found: it stands here because docker usually needs it, and only its unit can say that it is down. */
  readonly assumed?: boolean;
}

export interface RuntimeEndpoint {
  /** The endpoint first, then what stands behind it, then what is not used. */
  readonly services: readonly RuntimeService[];
  /** Where this is known from: `process 812`, `sockets at the well-known paths`. */
  readonly source: string;
}

const UNITS: Readonly<Record<RuntimeName, readonly string[]>> = {
  docker: ['docker.service'],
  'cri-dockerd': ['cri-docker.service', 'cri-dockerd.service'],
  containerd: ['containerd.service'],
  'cri-o': ['crio.service'],
};

/** Where they listen by default; distributions that bring their own containerd have it elsewhere. */
const WELL_KNOWN: readonly (readonly [RuntimeName, string])[] = [
  ['cri-dockerd', '/run/cri-dockerd.sock'],
  ['docker', '/run/docker.sock'],
  ['containerd', '/run/containerd/containerd.sock'],
  ['containerd', '/run/k3s/containerd/containerd.sock'],
  ['containerd', '/run/k0s/containerd.sock'],
  ['containerd', '/var/snap/microk8s/common/run/containerd.sock'],
  // dockerd starts a containerd of its own when none listens at the system's path (docker-containerd before 18.09).
  ['containerd', '/run/docker/containerd/containerd.sock'],
  ['containerd', '/run/docker/containerd/docker-containerd.sock'],
  ['containerd', '/run/docker/libcontainerd/docker-containerd.sock'],
  ['cri-o', '/run/crio/crio.sock'],
];

const INSIDE: readonly (readonly [RegExp, string])[] = [
  [/^\/run\/k3s\//, 'k3s'],
  [/^\/run\/k0s\//, 'k0s'],
  [/\/microk8s\//, 'microk8s'],
  [/^\/run\/docker\/(lib)?containerd\//, 'docker'],
];

/** /var/run is a link to /run on every distribution with systemd. */
const canonical = (path: string) => path.replace(/^\/var\/run\//, '/run/');

function nameOf(socketPath: string): RuntimeName {
  if (socketPath.includes('cri-dockerd')) return 'cri-dockerd';
  if (socketPath.includes('crio')) return 'cri-o';
  return /\bdocker\.sock$/.test(socketPath) ? 'docker' : 'containerd';
}

export function toService(path: string, role: RuntimeRole, name = nameOf(path)): RuntimeService {
  const socketPath = canonical(path);
  const inside = INSIDE.find(([pattern]) => pattern.test(socketPath))?.[1];
  return { name, socketPath, role, ...(inside === undefined ? { units: UNITS[name] } : { units: [], inside }) };
}

/** What the kubelet was told, without waiting for anything that a hung kubelet could hold up. */
function endpointOf(settings: KubeletSettings | undefined, command: KubeletCommand | undefined): RuntimeService | undefined {
  const told = settings?.dockerEndpoint ?? settings?.runtimeEndpoint;
  if (told !== undefined) return toService(told, 'endpoint', settings?.dockerEndpoint === undefined ? nameOf(told) : 'docker');
  const argv = command?.argv ?? [];
  const flag = argv.findLast((word) => word.startsWith('--container-runtime-endpoint='))?.split('=unix://')[1];
  return flag?.startsWith('/') === true ? toService(flag, 'endpoint') : undefined;
}

function behind(endpoint: RuntimeService, found: readonly RuntimeService[]): RuntimeService[] {
  const containerd = found.find(({ name, inside }) => name === 'containerd' && (inside === undefined || inside === 'docker'));
  const assumed = { ...toService('/run/containerd/containerd.sock', 'backend'), assumed: true };
  const backends = [containerd === undefined ? assumed : { ...containerd, role: 'backend' as const }];
  if (endpoint.name === 'docker') return backends;
  return endpoint.name === 'cri-dockerd' ? [toService('/run/docker.sock', 'backend'), ...backends] : [];
}

/** Pure: which of the sockets that exist are what to the kubelet. */
export function toEndpoint(
  endpoint: RuntimeService | undefined,
  found: readonly RuntimeService[],
  source: string,
): RuntimeEndpoint {
  if (endpoint === undefined) return { services: found, source };
  const used = [endpoint, ...behind(endpoint, found)];
  const rest = found.filter(({ socketPath }) => !used.some((service) => service.socketPath === socketPath));
  // docker runs containers under whichever containerd the kubelet uses as well: one daemon, judged once.
  const unused = rest.filter(({ inside }) => inside !== 'docker').map((service) => ({ ...service, role: 'unused' as const }));
  return { services: [...used, ...unused], source };
}

async function findSockets(host: HostView): Promise<RuntimeService[]> {
  const statuses = await Promise.all(WELL_KNOWN.map(async ([, path]) => host.fileStatus(path)));
  return WELL_KNOWN.filter((_, index) => statuses[index]?.kind === 'status').map(([name, path]) =>
    toService(path, 'found', name),
  );
}

async function read(host: HostView, { use }: ReadContext): Promise<RuntimeEndpoint> {
  const found = findSockets(host);
  const command = await use(kubeletCommand).catch(() => undefined);
  const isKubeletHere = command === undefined || command.installed || command.argv.length > 0;
  if (!isKubeletHere) return toEndpoint(undefined, await found, 'sockets at the well-known paths, no kubelet');
  // The settings ask the kubelet itself; when it hangs, the probes of the runtime must not wait for it.
  const settings = await within(host, use(kubeletSettings), ms(600));
  const endpoint = endpointOf(settings, command);
  const source = endpoint === undefined ? 'sockets at the well-known paths' : (command?.source ?? 'kubelet settings');
  return toEndpoint(endpoint, await found, source);
}

/** Which container runtime this node's kubelet uses, and which others there are. */
export const runtimeEndpoint = defineSource<RuntimeEndpoint>({
  id: 'runtime-endpoint',
  deadline: seconds(4),
  keep: seconds(60),
  read,
});
