import type { Pod } from '../drain/objects.ts';
import { printable } from '../model/printable.ts';
import type { HostProcess } from '../reboot/empty.ts';
import { parseMembership } from '../reboot/groups.ts';

/** Which container is of which pod, by UID; empty: of none. */
export type PodOfContainer = ReadonlyMap<string, string>;

export interface PodProcesses {
  readonly mine: readonly HostProcess[];
  /** Why it cannot be told that these are all; sentence fragment. */
  readonly unproven?: string;
}

/** `containerd://ID`, `docker://ID`. */
const containerIds = ({ status }: Pod): readonly string[] =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].flatMap(
    ({ containerID }) => /:\/\/([0-9a-f]{64})$/.exec(containerID ?? '')?.[1] ?? [],
  );

/** What the runtime says, and what the kubelet last said while it lived. */
export function podsOfContainers(runtime: PodOfContainer | undefined, pods: readonly Pod[]): PodOfContainer {
  const told = pods.flatMap((pod) => containerIds(pod).map((id) => [id, pod.metadata.uid ?? ''] as const));
  return new Map([...told, ...(runtime ?? [])]);
}

/** The processes of one pod's containers, and whether there could be others that nobody can tell from them. */
export function processesOf(uid: string, processes: readonly HostProcess[], podOf: PodOfContainer): PodProcesses {
  const mine: HostProcess[] = [];
  let unproven: string | undefined;
  for (const process of processes) {
    const { pid, name, groups } = process;
    const membership = groups === undefined ? undefined : parseMembership(groups);
    if (membership === undefined) {
      unproven ??= `the control groups of process ${pid} (${printable(name, 32)}) could not be read`;
      continue;
    }
    const isInGroup = membership.pods.includes(uid);
    const owners = membership.containers.map((id) => podOf.get(id));
    if (isInGroup || owners.includes(uid)) mine.push(process);
    else if (membership.pods.length === 0 && owners.includes(undefined))
      unproven ??= `process ${pid} (${printable(name, 32)}) is in a container of which nobody knows whose it is`;
  }
  return { mine, ...(unproven === undefined ? {} : { unproven }) };
}

/** Those that a runtime would ask to end: the first process of each container, and not its children. */
export function firstOf(processes: readonly HostProcess[]): readonly HostProcess[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  return processes.filter(({ parent }) => !pids.has(parent));
}
