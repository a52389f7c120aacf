import type { HostView } from '../../host/host.ts';
import type { ContainerReference } from './container-reference.ts';

type States = ReadonlyMap<string, string>;

/** What each container's state was when the list was last looked at. */
const lists = new WeakMap<HostView, States>();

const podOf = ({ id, pod, namespace }: ContainerReference) => (pod === undefined ? id : `${namespace ?? ''}/${pod}`);

/**
 * Containers of the pods in which something has begun or ended since the last list: those that the kubelet's relist inspects.
 * Where its metrics may not be read, one that is stuck shows here long before the kubelet complains.
 */
export function inChangedPods(host: HostView, containers: readonly ContainerReference[]): readonly ContainerReference[] {
  const before = lists.get(host);
  lists.set(host, new Map(containers.map(({ id, state }) => [id, state])));
  if (before === undefined) return [];
  const pods = new Set(containers.filter(({ id, state }) => before.get(id) !== state).map(podOf));
  return containers.filter((container) => pods.has(podOf(container)));
}
