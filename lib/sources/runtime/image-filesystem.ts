import type { HostView } from '../../host/host.ts';
import { isObject, parseObject } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Duration, minutes, seconds } from '../../model/units.ts';
import { within } from '../within.ts';
import { dockerInfo } from './docker-info.ts';
import { type RuntimeService, runtimeEndpoint } from './runtime-endpoint.ts';

/** Where the runtime keeps images and, if elsewhere, the containers' writable layers. */
export type ImageFilesystem =
  | {
      readonly kind: 'known';
      readonly images: string;
      /** Differs from `images` only where the runtime splits them (CRI-O, 1.29+). */
      readonly containers: string;
      /** `docker info`, `CRI ImageFsInfo`, `/etc/docker/daemon.json`, `default of containerd`. */
      readonly source: string;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly absent: boolean };

function mountpoints(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list
    .map((entry: unknown) => (isObject(entry) && isObject(entry.fsId) ? entry.fsId.mountpoint : undefined))
    .filter((path): path is string => typeof path === 'string' && path.startsWith('/'));
}

/** Paths in the answer of CRI's ImageFsInfo. */
export function parseImageFsInfo(
  response: Readonly<Record<string, unknown>>,
): Pick<KnownPaths, 'images' | 'containers'> | undefined {
  const images = mountpoints(response.imageFilesystems)[0];
  if (images === undefined) return undefined;
  return { images, containers: mountpoints(response.containerFilesystems)[0] ?? images };
}

type KnownPaths = Extract<ImageFilesystem, { kind: 'known' }>;

/** data-root of daemon.json; `graph` was its name before 17.05. */
export function parseDataRoot(text: string): string | undefined {
  const daemon = parseObject(text);
  const root = daemon?.['data-root'] ?? daemon?.graph;
  return typeof root === 'string' && root.startsWith('/') ? root : undefined;
}

async function dockerRoot(host: HostView, { use }: ReadContext): Promise<KnownPaths> {
  const known = (path: string, source: string): KnownPaths => ({ kind: 'known', images: path, containers: path, source });
  // A hung docker must not hold up the measurement of its disk: its files say the same.
  const info = await within(host, use(dockerInfo), seconds(2));
  if (info?.kind === 'known' && info.rootDirectory !== undefined) return known(info.rootDirectory, 'docker info');
  const daemon = await host.readFile('/etc/docker/daemon.json');
  const root = daemon.kind === 'text' ? parseDataRoot(daemon.text) : undefined;
  return root === undefined ? known('/var/lib/docker', 'default of docker') : known(root, '/etc/docker/daemon.json');
}

const CRI_DEFAULT: Readonly<Partial<Record<RuntimeService['name'], string>>> = {
  containerd: '/var/lib/containerd',
  'cri-o': '/var/lib/containers/storage',
  'cri-dockerd': '/var/lib/docker',
};

async function criRoot(host: HostView, { name, socketPath, inside }: RuntimeService): Promise<ImageFilesystem> {
  const answer = await host.criCall({ socketPath, service: 'ImageService', method: 'ImageFsInfo', deadline: seconds(2) });
  const paths = answer.kind === 'response' ? parseImageFsInfo(answer.response) : undefined;
  if (paths !== undefined) return { kind: 'known', ...paths, source: 'CRI ImageFsInfo' };
  const path = inside === undefined ? CRI_DEFAULT[name] : undefined;
  if (path === undefined)
    return { kind: 'unknown', why: `${name} did not tell where its images are (${answer.kind})`, absent: false };
  return { kind: 'known', images: path, containers: path, source: `default of ${name}` };
}

interface Remembered {
  readonly until: Duration;
  readonly socketPath: string;
  readonly answer: ImageFilesystem;
}

/** Paths hardly ever move: asked once a minute, not with every measurement. */
const remembered = new WeakMap<HostView, Remembered>();

async function read(host: HostView, context: ReadContext): Promise<ImageFilesystem> {
  const { services } = await context.use(runtimeEndpoint);
  const service = services.find(({ role }) => role !== 'unused');
  if (service === undefined) return { kind: 'unknown', why: 'no container runtime on this host', absent: true };
  const now = host.clock.monotonic();
  const before = remembered.get(host);
  if (before?.socketPath === service.socketPath && now < before.until) return before.answer;

  const answer = service.name === 'docker' ? await dockerRoot(host, context) : await criRoot(host, service);
  remembered.set(host, { until: now + minutes(1), socketPath: service.socketPath, answer });
  return answer;
}

export const imageFilesystem = defineSource<ImageFilesystem>({ id: 'image-filesystem', deadline: seconds(7), read });
