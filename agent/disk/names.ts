import type { HostView } from '../../lib/host/host.ts';
import { toObject, toText, toTextRecord } from '../../lib/model/json.ts';
import { MiB } from '../../lib/model/units.ts';
import type { Mount } from '../../lib/sources/host/mounts.ts';
import { parsePodDirectories, podVolumeOf } from '../../lib/sources/runtime/pod-names.ts';

/** Whose a path or a process is, by the node's own files: no runtime is asked, because it may be what hangs. */
export interface Names {
  ofPath(path: string): Promise<string | undefined>;
  ofProcess(pid: number): Promise<string | undefined>;
}

const describe = (namespace: string, pod: string, container: string) =>
  `pod ${namespace}/${pod}${container === '' ? '' : `, container ${container}`}`;

async function readJson(host: HostView, path: string): Promise<unknown> {
  const file = await host.readFile(path, { maxBytes: MiB });
  try {
    return file.kind === 'text' ? JSON.parse(file.text) : undefined;
  } catch {
    return undefined;
  }
}

/** By the labels that every kubelet gives a docker container. */
async function dockerContainer(host: HostView, root: string, id: string): Promise<string | undefined> {
  const config = toObject(await readJson(host, `${root}/containers/${id}/config.v2.json`));
  const labels = toTextRecord(toObject(config.Config).Labels);
  const pod = labels['io.kubernetes.pod.name'];
  if (pod === undefined)
    return config.Name === undefined ? undefined : `docker container ${toText(config.Name).replace(/^\//, '')}`;
  return describe(labels['io.kubernetes.pod.namespace'] ?? '', pod, labels['io.kubernetes.container.name'] ?? '');
}

/** The container that has this layer as its writable one. */
async function dockerLayer(host: HostView, root: string, layer: string): Promise<string | undefined> {
  for (const driver of ['overlay2', 'vfs']) {
    const directory = `${root}/image/${driver}/layerdb/mounts`;
    const containers = await host.listDirectory(directory);
    for (const id of containers.kind === 'entries' ? containers.names : []) {
      const mount = await host.readFile(`${directory}/${id}/mount-id`);
      if (mount.kind === 'text' && mount.text.trim() === layer) return await dockerContainer(host, root, id);
    }
  }
  return undefined;
}

/** containerd's CRI plugin writes the pod's names into the bundle of each task. */
async function snapshotOwner(host: HostView, mounts: readonly Mount[], snapshot: string): Promise<string | undefined> {
  const mount = mounts.find(({ superOptions }) => superOptions.includes(`upperdir=${snapshot}/fs`));
  const bundle = mount?.point.replace(/\/rootfs$/, '');
  if (bundle === undefined || bundle === mount?.point) return undefined;
  const of = toTextRecord(toObject(await readJson(host, `${bundle}/config.json`)).annotations);
  const pod = of['io.kubernetes.cri.sandbox-name'];
  if (pod === undefined) return undefined;
  return describe(of['io.kubernetes.cri.sandbox-namespace'] ?? '', pod, of['io.kubernetes.cri.container-name'] ?? '');
}

const HEX = '[0-9a-f]{64}';
const DOCKER_LOG = new RegExp(`^(.*)/containers/(${HEX})(?:/|$)`);
const DOCKER_LAYER = new RegExp(`^(.*)/(?:overlay2|vfs/dir)/(${HEX})(?:/|$)`);
const SNAPSHOT = /^(.*\/io\.containerd\.snapshotter\.[^/]+\/snapshots\/\d+)(?:\/|$)/;
const POD_LOG = /\/pods\/([a-z0-9-]+)_([a-z0-9.-]+)_[0-9a-f-]{32,36}(?:\/([^/]+))?(?:\/|$)/;
const POD_UID = /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})/;
const POD_DIRECTORY = /\/pods\/([0-9a-f-]{32,36})(?:\/|$)/;

export async function openNames(host: HostView, mounts: readonly Mount[]): Promise<Names> {
  const directories = await host.listDirectory('/var/log/pods');
  const pods = directories.kind === 'entries' ? parsePodDirectories(directories.names) : {};
  const podOf = (uid: string) => `pod ${pods[uid] ?? uid}`;

  return {
    async ofPath(path) {
      const [, namespace, pod, container = ''] = POD_LOG.exec(path) ?? [];
      if (namespace !== undefined && pod !== undefined) return describe(namespace, pod, container);
      const uid = POD_DIRECTORY.exec(path)?.[1];
      const volume = podVolumeOf(path)?.volume;
      if (uid !== undefined) return `${podOf(uid)}${volume === undefined ? '' : `, volume ${volume}`}`;
      const [, logs, id] = DOCKER_LOG.exec(path) ?? [];
      if (logs !== undefined && id !== undefined) return await dockerContainer(host, logs, id);
      const [, root, layer] = DOCKER_LAYER.exec(path) ?? [];
      if (root !== undefined && layer !== undefined) return await dockerLayer(host, root, layer);
      const snapshot = SNAPSHOT.exec(path)?.[1];
      return snapshot === undefined ? undefined : await snapshotOwner(host, mounts, snapshot);
    },
    async ofProcess(pid) {
      const groups = await host.readFile(`/proc/${pid}/cgroup`);
      const uid = groups.kind === 'text' ? POD_UID.exec(groups.text)?.[1]?.replaceAll('_', '-') : undefined;
      return uid === undefined ? undefined : podOf(uid);
    },
  };
}
