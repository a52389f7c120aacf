import { statfsSync } from 'node:fs';
import type { HeldPod, StoredFile } from '../../../lib/disk/reclaim/inventory.ts';
import type { HostView } from '../../../lib/host/host.ts';
import type { Headroom } from '../../../lib/model/reclaim.ts';
import { type Duration, seconds } from '../../../lib/model/units.ts';
import { kubeletCommand } from '../../../lib/sources/kubelet/kubelet-command.ts';
import { flagText, parseFlags } from '../../../lib/sources/kubelet/kubelet-flags.ts';
import { imageFilesystem } from '../../../lib/sources/runtime/image-filesystem.ts';
import { runtimeEndpoint } from '../../../lib/sources/runtime/runtime-endpoint.ts';
import { factsOf } from '../../facts.ts';
import { gatherer } from '../../gather.ts';
import { openCri } from './cri.ts';
import { openDocker } from './docker.ts';
import { deviceOf, filesBelow, openFiles, realPath, removeFile } from './files.ts';
import { type Pods, readPods } from './pods.ts';
import type { Refused, Runtime } from './runtime.ts';

/** The runtime and where it keeps what it stores. */
export interface Store {
  readonly runtime: Runtime;
  readonly directory: string;
}

/** Everything a step sees and does; the one thing that tests replace. */
export interface ReclaimNode {
  readonly clock: Pick<HostView['clock'], 'now' | 'monotonic'>;
  /** What is available on a filesystem now. */
  available(filesystem: string): Headroom;
  device(path: string): number | undefined;
  pods(): Promise<Pods>;
  /** A text: why there is none. */
  store(): Promise<Store | string>;
  files(directory: string, depth?: number): readonly StoredFile[];
  openFiles(): ReadonlySet<string> | undefined;
  removeFile(file: StoredFile): Refused;
  vacuumJournal(directory: string, keep: number, within: Duration): Promise<Refused>;
}

async function storeOf(host: HostView): Promise<Store | string> {
  const factOf = factsOf(gatherer(host));
  const [endpoint, images, command] = await Promise.all([
    factOf(runtimeEndpoint),
    factOf(imageFilesystem),
    factOf(kubeletCommand),
  ]);
  const services = endpoint?.services.filter(({ role }) => role !== 'unused') ?? [];
  if (images?.kind !== 'known') return images?.why ?? 'where the runtime keeps its images is not known';
  const docker = services.find(({ name }) => name === 'docker');
  if (docker !== undefined) {
    const infra = flagText(parseFlags(command?.argv.slice(1) ?? []), 'pod-infra-container-image');
    const sandboxImages = infra === undefined ? [] : [infra];
    const place = { socketPath: docker.socketPath, root: images.images, sandboxImages };
    return { runtime: openDocker(host, place), directory: images.images };
  }
  const [service] = services;
  if (service === undefined) return 'no container runtime on this host';
  // containerd tells the directory of its snapshotter, cri-o its own.
  const root = images.images.replace(/\/io\.containerd\.[^/]+\/?$/, '').replace(/\/overlay-images\/?$/, '');
  return { runtime: openCri(host, { name: service.name, socketPath: service.socketPath, root }), directory: root };
}

async function vacuum(host: HostView, directory: string, keep: number, within: Duration): Promise<Refused> {
  const argv = ['journalctl', '-D', directory, `--vacuum-size=${Math.max(1, Math.ceil(keep / 1024))}K`] as const;
  const result = await host.run([...argv], { deadline: within });
  if (result.kind === 'exited')
    return result.code === 0 ? undefined : (result.stderr.trim().split('\n').at(-1) ?? '').slice(0, 160);
  return result.kind === 'not-found' ? 'no journalctl on this host' : `journalctl: ${result.kind}`;
}

const OPEN_WITHIN = seconds(5);

/** The node this process runs on. */
export function openReclaimNode(host: HostView, asksApi: boolean): ReclaimNode {
  return {
    clock: host.clock,
    available(filesystem) {
      const { bsize, bavail, ffree } = statfsSync(filesystem);
      return { bytes: bavail * bsize, inodes: ffree };
    },
    device: deviceOf,
    async pods() {
      const pods = await readPods(host, asksApi);
      if (pods.kind !== 'known') return pods;
      const real = ({ hostPaths, ...pod }: HeldPod) => ({
        ...pod,
        hostPaths: hostPaths.flatMap((path) => [path, realPath(path)]),
      });
      return { kind: 'known', pods: pods.pods.map(real) };
    },
    store: () => storeOf(host),
    files: filesBelow,
    openFiles: () => openFiles(OPEN_WITHIN),
    removeFile,
    vacuumJournal: (directory, keep, within) => vacuum(host, directory, keep, within),
  };
}
