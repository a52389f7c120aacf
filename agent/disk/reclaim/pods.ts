import type { HeldPod } from '../../../lib/disk/reclaim/inventory.ts';
import type { HostView } from '../../../lib/host/host.ts';
import { type JsonObject, parseJson, toObject, toObjects, toText, toTextRecord } from '../../../lib/model/json.ts';
import { MiB, seconds } from '../../../lib/model/units.ts';
import { clusterIdentity } from '../../../lib/sources/cluster/cluster-identity.ts';
import { kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { kubeletSettings } from '../../../lib/sources/kubelet/kubelet-settings.ts';
import { factsOf } from '../../facts.ts';
import { gatherer } from '../../gather.ts';

const CONFIG_HASH = ['kubernetes.io/config.mirror', 'kubernetes.io/config.hash'];

function uidsOf(metadata: JsonObject): readonly string[] {
  const annotations = toTextRecord(metadata.annotations);
  return [toText(metadata.uid), ...CONFIG_HASH.map((key) => annotations[key] ?? '')].filter((uid) => uid !== '');
}

/** Volumes that some container mounts without readOnly. */
function writable(containers: readonly JsonObject[]): ReadonlySet<string> {
  const mounts = containers.flatMap(({ volumeMounts }) => toObjects(volumeMounts));
  return new Set(mounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => toText(name)));
}

function toHeldPod(pod: JsonObject): HeldPod {
  const [spec, status] = [toObject(pod.spec), toObject(pod.status)];
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) => toObjects(spec[kind]));
  const statuses = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((kind) =>
    toObjects(status[kind]),
  );
  const volumes = toObjects(spec.volumes);
  const mounted = writable(containers);
  const images = [
    ...containers.map(({ image }) => toText(image)),
    ...statuses.flatMap(({ image, imageID }) => [toText(image), toText(imageID)]),
    ...volumes.map(({ image }) => toText(toObject(image).reference)),
  ];
  return {
    uids: uidsOf(toObject(pod.metadata)),
    images: images.filter((image) => image !== ''),
    hostPaths: volumes
      .filter(({ name }) => mounted.has(toText(name)))
      .map(({ hostPath }) => toText(toObject(hostPath).path))
      .filter((path) => path !== ''),
  };
}

/** Undefined: no list of pods. */
export function parseHeldPods(body: unknown): readonly HeldPod[] | undefined {
  const { kind, items } = toObject(body);
  // The kubelet's own list says PodList, too, and leaves `items` out when there is none.
  if (kind !== 'PodList') return undefined;
  return toObjects(items).map(toHeldPod);
}

export type Pods =
  | { readonly kind: 'known'; readonly pods: readonly HeldPod[] }
  | { readonly kind: 'unknown'; readonly why: string };

async function fromKubelet(host: HostView, servers: { readonly api?: string; readonly readOnly?: string }) {
  const request = { deadline: seconds(4), maxBytes: 32 * MiB };
  const asked = [
    ...(servers.api === undefined ? [] : [{ url: `${servers.api}/pods`, tls: 'cluster' as const }]),
    ...(servers.readOnly === undefined ? [] : [{ url: `${servers.readOnly}/pods` }]),
  ];
  for (const one of asked) {
    const answer = await host.httpGet({ ...one, ...request });
    if (answer.kind !== 'response' || answer.status !== 200 || answer.truncated) continue;
    const pods = parseHeldPods(parseJson(answer.body));
    if (pods !== undefined) return pods;
  }
  return undefined;
}

/** Not from the cache: a pod that was bound a second ago must be in it. */
async function fromApiServer(host: HostView, nodeName: string) {
  const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${encodeURIComponent(nodeName)}`;
  const answer = await host.apiGet({ path, deadline: seconds(7) });
  if (answer.kind !== 'response') return `the API server: ${answer.kind}`;
  if (answer.status !== 200) return `the API server answered ${answer.status}`;
  return parseHeldPods(answer.body) ?? 'the API server answered another kind of object';
}

/** Pods whose directories are still there count as known, whoever else has forgotten them. */
async function onDisk(host: HostView, rootDirectory: string): Promise<readonly HeldPod[]> {
  const entries = await host.listDirectory(`${rootDirectory}/pods`);
  return entries.kind === 'entries' ? entries.names.map((uid) => ({ uids: [uid], images: [], hostPaths: [] })) : [];
}

/** Every pod that this node has to do with. One of kubelet and API server has to have told; without a list nothing is forgotten. */
export async function readPods(host: HostView, asksApi: boolean): Promise<Pods> {
  const factOf = factsOf(gatherer(host));
  const [kubelet, settings, identity] = await Promise.all([
    factOf(kubeletProcess),
    factOf(kubeletSettings),
    asksApi ? factOf(clusterIdentity) : undefined,
  ]);
  const servers = kubelet?.kind === 'running' ? kubelet.servers : undefined;
  const [own, cluster] = await Promise.all([
    servers === undefined ? undefined : fromKubelet(host, servers),
    identity?.kind === 'identity' ? fromApiServer(host, identity.nodeName) : 'no API server to ask',
  ]);
  const told = typeof cluster === 'string' ? undefined : cluster;
  if (own === undefined && told === undefined) {
    return { kind: 'unknown', why: `the kubelet does not tell its pods, and neither does the cluster: ${String(cluster)}` };
  }
  const directory = settings?.rootDirectory ?? '/var/lib/kubelet';
  return { kind: 'known', pods: [...(own ?? []), ...(told ?? []), ...(await onDisk(host, directory))] };
}
