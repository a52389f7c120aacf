import type { StoredContainer, StoredImage } from '../../../lib/disk/reclaim/inventory.ts';
import type { HostView } from '../../../lib/host/host.ts';
import { toInstant, toNumber, toObject, toObjects, toText, toTextRecord, toTexts } from '../../../lib/model/json.ts';
import type { Headroom } from '../../../lib/model/reclaim.ts';
import { hexOf, layersThatGo } from './chain.ts';
import { dockerDelete, dockerGet } from './docker-api.ts';
import type { Runtime } from './runtime.ts';
import { sizeOfDirectories } from './size.ts';

export interface DockerPlace {
  readonly socketPath: string;
  /** `/var/lib/docker`. */
  readonly root: string;
  /** From the kubelet's --pod-infra-container-image. */
  readonly sandboxImages: readonly string[];
}

/** Pure: one of /containers/json?all=1, with its inspect. */
export function toStoredContainer(listed: unknown, inspected: unknown): StoredContainer {
  const { Id, Image, ImageID, Labels, Names, State } = toObject(listed);
  const state = toObject(toObject(inspected).State);
  const labels = toTextRecord(Labels);
  const podUid = labels['io.kubernetes.pod.uid'];
  const finishedAt = toInstant(state.FinishedAt);
  return {
    id: toText(Id),
    name: toText(toTexts(Names)[0]).replace(/^\//, ''),
    ...(podUid === undefined ? {} : { podUid }),
    isSandbox: labels['io.kubernetes.docker.type'] !== 'container',
    // `created` has never run, and may be about to.
    hasExited: (toText(State) === 'exited' || toText(State) === 'dead') && state.Running === false,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    images: [toText(Image), toText(ImageID)],
  };
}

/** Each layer has a short name of its own in `overlay2/l`, each image a record. */
const withLinks = (size: Headroom | undefined, links: number) => size && { ...size, inodes: size.inodes + links };

export function openDocker(host: HostView, { socketPath, root, sandboxImages }: DockerPlace): Runtime {
  const get = (path: string) => dockerGet(host, socketPath, path);

  async function driver(): Promise<string> {
    const names = await host.listDirectory(`${root}/image`);
    return (names.kind === 'entries' ? names.names[0] : undefined) ?? 'overlay2';
  }

  /** The image's own record is written when it arrives, by pull, load or build; what it says of its creation is its maker's. */
  async function toStoredImage(item: unknown, from: string): Promise<StoredImage> {
    const { Id, RepoTags, RepoDigests, Size } = toObject(item);
    const id = toText(Id);
    const record = await host.fileStatus(`${root}/image/${from}/imagedb/content/sha256/${hexOf(id)}`);
    return {
      id,
      names: [...toTexts(RepoTags), ...toTexts(RepoDigests)].filter((name) => !name.startsWith('<none>')),
      pinned: false,
      ...(record.kind === 'status' ? { storedAt: Math.max(record.modifiedAt, record.changedAt ?? 0) } : {}),
      bytes: toNumber(Size),
    };
  }

  const layerDirectory = (from: string, id: string) => (from === 'vfs' ? `${root}/vfs/dir/${id}` : `${root}/${from}/${id}`);

  async function textIn(path: string): Promise<string | undefined> {
    const file = await host.readFile(path);
    return file.kind === 'text' ? file.text.trim() : undefined;
  }

  const layersOf = async ({ id }: StoredImage) => toTexts(toObject(toObject(await get(`/images/${id}/json`)).RootFS).Layers);

  return {
    name: 'docker',
    async containers() {
      const listed = toObjects(await get('/containers/json?all=1'));
      // One that ended between the two questions is no candidate.
      return await Promise.all(
        listed.map(async (one) =>
          toStoredContainer(
            one,
            toText(one.State) === 'running' ? {} : await get(`/containers/${toText(one.Id)}/json`).catch(() => ({})),
          ),
        ),
      );
    },
    async images() {
      const from = await driver();
      return await Promise.all(toObjects(await get('/images/json')).map((item) => toStoredImage(item, from)));
    },
    sandboxImages: async () => sandboxImages,
    removeContainer: ({ id }) => dockerDelete(socketPath, `/containers/${id}?v=0&force=0`),
    async removeImage({ id, names }) {
      // By its names, for docker refuses to remove an image of several tags by its id alone.
      const tags = names.filter((name) => !name.includes('@'));
      for (const name of tags.length === 0 ? [id] : tags) {
        const refused = await dockerDelete(socketPath, `/images/${encodeURIComponent(name)}?force=0`);
        if (refused !== undefined) return refused;
      }
      return undefined;
    },
    async sizeOfContainers(containers, within) {
      const from = await driver();
      const mounts = `${root}/image/${from}/layerdb/mounts`;
      const layers = await Promise.all(
        containers.flatMap(({ id }) => [textIn(`${mounts}/${id}/mount-id`), textIn(`${mounts}/${id}/init-id`)]),
      );
      const found = layers.filter((layer) => layer !== undefined).map((layer) => layerDirectory(from, layer));
      const records = containers.flatMap(({ id }) => [`${root}/containers/${id}`, `${mounts}/${id}`]);
      return withLinks(sizeOfDirectories([...found, ...records], within), found.length);
    },
    async sizeOfImages(gone, all, within) {
      const from = await driver();
      const only = await layersThatGo(gone, all, layersOf);
      const records = only.map((chain) => `${root}/image/${from}/layerdb/sha256/${hexOf(chain)}`);
      const caches = await Promise.all(records.map((record) => textIn(`${record}/cache-id`)));
      const found = caches.filter((cache) => cache !== undefined).map((cache) => layerDirectory(from, cache));
      return withLinks(sizeOfDirectories([...found, ...records], within), found.length + gone.length);
    },
  };
}
