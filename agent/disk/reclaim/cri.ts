import type { StoredContainer, StoredImage } from '../../../lib/disk/reclaim/inventory.ts';
import { criClient } from '../../../lib/host/cri/call.ts';
import { writingMethods } from '../../../lib/host/cri/messages.ts';
import type { CriAnswer, CriRequest, HostView } from '../../../lib/host/host.ts';
import { parseJson, toNumber, toObject, toObjects, toText, toTextRecord, toTexts } from '../../../lib/model/json.ts';
import { seconds } from '../../../lib/model/units.ts';
import { hexOf, layersThatGo } from './chain.ts';
import { type Refused, type Runtime, RuntimeSilent } from './runtime.ts';

export interface CriPlace {
  readonly name: string;
  readonly socketPath: string;
  /** Where the runtime keeps its images: `/var/lib/containerd`. */
  readonly root: string;
}

type Ask = Pick<CriRequest, 'service' | 'method' | 'request'>;

const NANOSECONDS = 1e6;

/** Pure: one of ListContainers; `finishedAt` in nanoseconds, as its status has it. */
export function toStoredCriContainer(listed: unknown, finishedAt: number): StoredContainer {
  const { id, image, imageRef, labels, metadata, state } = toObject(listed);
  const podUid = toTextRecord(labels)['io.kubernetes.pod.uid'];
  return {
    id: toText(id),
    name: toText(toObject(metadata).name),
    ...(podUid === undefined ? {} : { podUid }),
    isSandbox: false,
    hasExited: state === 'CONTAINER_EXITED',
    ...(finishedAt > 0 ? { finishedAt: finishedAt / NANOSECONDS } : {}),
    images: [toText(toObject(image).image), toText(imageRef)],
  };
}

/** Columns of `ctr snapshots usage -b`: key, bytes, inodes. */
export function parseSnapshotUsage(text: string): ReadonlyMap<string, { readonly bytes: number; readonly inodes: number }> {
  const rows = [...text.matchAll(/^(\S+)\s+(\d+)\s+(\d+)\s*$/gm)];
  return new Map(rows.map(([, key = '', bytes, inodes]) => [key, { bytes: Number(bytes), inodes: Number(inodes) }]));
}

const write = criClient(writingMethods);

function refusedBy(answer: CriAnswer): Refused {
  if (answer.kind === 'response') return undefined;
  // NOT_FOUND: gone already.
  if (answer.kind === 'grpc-error') return answer.code === 5 ? undefined : answer.message.slice(0, 160);
  return answer.kind;
}

export function openCri(host: HostView, { name, socketPath, root }: CriPlace): Runtime {
  async function ask(request: Ask): Promise<Readonly<Record<string, unknown>>> {
    const answer = await host.criCall({ ...request, socketPath, deadline: seconds(10) });
    if (answer.kind === 'response') return answer.response;
    throw new RuntimeSilent(
      `${name} ${request.method}: ${answer.kind === 'grpc-error' ? answer.message.slice(0, 120) : answer.kind}`,
    );
  }

  /** When its configuration was written to the store: containerd's blobs and CRI-O's records are made once. */
  async function storedAt(id: string): Promise<{ readonly storedAt?: number }> {
    const places = [`${root}/io.containerd.content.v1.content/blobs/sha256/${hexOf(id)}`, `${root}/overlay-images/${hexOf(id)}`];
    for (const place of places) {
      const status = await host.fileStatus(place);
      if (status.kind === 'status') return { storedAt: Math.max(status.modifiedAt, status.changedAt ?? 0) };
    }
    return {};
  }

  async function statusOf(container: unknown): Promise<StoredContainer> {
    const listed = toObject(container);
    if (listed.state !== 'CONTAINER_EXITED') return toStoredCriContainer(listed, 0);
    const request = { containerId: toText(listed.id) };
    const { status } = await ask({ service: 'RuntimeService', method: 'ContainerStatus', request }).catch(() => ({ status: {} }));
    return toStoredCriContainer(listed, toNumber(toObject(status).finishedAt));
  }

  async function layersOf({ id }: StoredImage): Promise<readonly string[]> {
    const request = { image: { image: id }, verbose: true };
    const { info } = await ask({ service: 'ImageService', method: 'ImageStatus', request });
    const spec = toObject(toObject(parseJson(toTextRecord(info).info ?? '')).imageSpec);
    return toTexts(toObject(spec.rootfs).diff_ids);
  }

  /** containerd's own tool reads what CRI does not tell. */
  async function usage(within: number) {
    const argv = ['ctr', '-a', socketPath, '-n', 'k8s.io', 'snapshots', 'usage', '-b'] as const;
    const result = await host.run([...argv], { deadline: within });
    return result.kind === 'exited' && result.code === 0 ? parseSnapshotUsage(result.stdout) : undefined;
  }

  const sumOf = (sizes: readonly ({ readonly bytes: number; readonly inodes: number } | undefined)[]) => ({
    bytes: sizes.reduce((sum, size) => sum + (size?.bytes ?? 0), 0),
    inodes: sizes.reduce((sum, size) => sum + (size?.inodes ?? 0), 0),
  });

  return {
    name,
    async containers() {
      const { containers } = await ask({ service: 'RuntimeService', method: 'ListContainers' });
      return await Promise.all(toObjects(containers).map(statusOf));
    },
    async images() {
      const { images } = await ask({ service: 'ImageService', method: 'ListImages' });
      return await Promise.all(
        toObjects(images).map(async ({ id, repoTags, repoDigests, size, pinned }) => ({
          id: toText(id),
          names: [...toTexts(repoTags), ...toTexts(repoDigests)],
          pinned: pinned === true,
          ...(await storedAt(toText(id))),
          bytes: toNumber(size),
        })),
      );
    },
    async sandboxImages() {
      const { info } = await ask({ service: 'RuntimeService', method: 'Status', request: { verbose: true } });
      const image = toText(toObject(parseJson(toTextRecord(info).config ?? '')).sandboxImage);
      return image === '' ? [] : [image];
    },
    async removeContainer({ id }) {
      // RemoveContainer ends one that runs. What has exited never runs again, but the list may be seconds old.
      const { containers } = await ask({ service: 'RuntimeService', method: 'ListContainers', request: { filter: { id } } });
      const [now] = toObjects(containers);
      if (now === undefined) return undefined;
      if (now.state !== 'CONTAINER_EXITED') return `it is ${toText(now.state)} by now`;
      const request = { containerId: id };
      return refusedBy(
        await write({ socketPath, service: 'RuntimeService', method: 'RemoveContainer', request, deadline: seconds(30) }),
      );
    },
    async removeImage({ id }) {
      const request = { image: { image: id } };
      return refusedBy(
        await write({ socketPath, service: 'ImageService', method: 'RemoveImage', request, deadline: seconds(60) }),
      );
    },
    async sizeOfContainers(containers, within) {
      const sizes = await usage(within);
      return sizes && sumOf(containers.map(({ id }) => sizes.get(id)));
    },
    async sizeOfImages(gone, all, within) {
      const sizes = await usage(within);
      if (sizes === undefined) return undefined;
      const only = await layersThatGo(gone, all, layersOf);
      const snapshots = sumOf(only.map((chain) => sizes.get(chain)));
      // Beside the unpacked layers the packed ones stay, and of those CRI tells the size.
      const bytes = snapshots.bytes + gone.reduce((sum, image) => sum + image.bytes, 0);
      // Each layer has a blob and two directories, each image its configuration and its manifest.
      return { bytes, inodes: snapshots.inodes + 3 * only.length + 2 * gone.length };
    },
  };
}
