import { type JsonObject, toObject, toObjects, toText } from '../model/json.ts';
/** What must be the same after a move: everything by its id, and who ran. */
export interface Inventory {
  readonly version: string;
  /** DockerRootDir: the data root, and below it the directory of the remapped user if there is one. */
  readonly root: string;
  readonly driver: string;
  readonly images: readonly string[];
  readonly containers: readonly InventoryContainer[];
  readonly volumes: readonly string[];
}

export interface InventoryContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** The kubelet made it, and makes it anew by itself. */
  readonly kubernetes: boolean;
}

function toContainer(container: JsonObject): InventoryContainer {
  const names = Array.isArray(container.Names) ? container.Names : [];
  return {
    id: toText(container.Id),
    name: toText(names[0]).replace(/^\//, ''),
    // A paused one runs too, as far as its files go; `restarting` comes back by its own policy.
    running: ['running', 'paused', 'restarting'].includes(toText(container.State)),
    kubernetes: 'io.kubernetes.pod.name' in toObject(container.Labels),
  };
}

/** Pure: the answers of /info, /images/json?all=1, /containers/json?all=1 and /volumes. */
export function toInventory(info: unknown, images: unknown, containers: unknown, volumes: unknown): Inventory {
  const { ServerVersion, DockerRootDir, Driver } = toObject(info);
  return {
    version: toText(ServerVersion),
    root: toText(DockerRootDir),
    driver: toText(Driver),
    images: toObjects(images)
      .map(({ Id }) => toText(Id))
      .sort(),
    containers: toObjects(containers).map(toContainer),
    volumes: toObjects(toObject(volumes).Volumes)
      .map(({ Name }) => toText(Name))
      .sort(),
  };
}

/** Images are in containerd's own root, which does not move with docker's (DriverStatus of the containerd image store). */
export function usesContainerdStore(info: unknown): boolean {
  const { DriverStatus } = toObject(info);
  const pairs = Array.isArray(DriverStatus) ? DriverStatus : [];
  return pairs.some((pair) => Array.isArray(pair) && pair[0] === 'driver-type' && toText(pair[1]).includes('snapshotter'));
}

const missing = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const there = new Set(after);
  return before.filter((one) => !there.has(one));
};

const say = (what: string, lost: readonly string[]): readonly string[] =>
  lost.length === 0
    ? []
    : [`${lost.length} ${what}${lost.length === 1 ? ' is' : 's are'} missing: ${lost.slice(0, 3).join(', ')}`];

/**
 * What was there before and is not now. More than before is no loss. A kubelet that runs deletes containers of its own and images by
 * its own rules, so that after it has run they prove nothing.
 */
export function lossesOf(before: Inventory, after: Inventory, kubeletRuns: boolean): readonly string[] {
  const ids = ({ containers }: Inventory) => containers.filter((one) => !kubeletRuns || !one.kubernetes).map(({ id }) => id);
  return [
    ...(before.driver === after.driver ? [] : [`the storage driver is ${after.driver} and was ${before.driver}`]),
    ...say('image', kubeletRuns ? [] : missing(before.images, after.images)),
    ...say('container', missing(ids(before), ids(after))),
    ...say('volume', missing(before.volumes, after.volumes)),
  ];
}

/** Containers that ran and do not now, without those that the kubelet replaces. */
export function toStartAgain(before: Inventory, after: Inventory): readonly string[] {
  const running = new Set(after.containers.filter((one) => one.running).map(({ id }) => id));
  return before.containers.filter((one) => one.running && !one.kubernetes && !running.has(one.id)).map(({ id }) => id);
}

/** Looked at again after docker ran in between: its present contents, and whoever ran at either time. */
export function refreshed(before: Inventory, now: Inventory): Inventory {
  const ran = new Set(before.containers.filter(({ running }) => running).map(({ id }) => id));
  return { ...now, containers: now.containers.map((one) => ({ ...one, running: one.running || ran.has(one.id) })) };
}
