import { readdirSync, readFileSync } from 'node:fs';
import type { LabHost } from '../../test/lab/host.ts';

/** The first process of a container, as the machine sees it. */
export interface ContainerMain {
  /** Id of the container, by its control group. */
  readonly container: string;
  readonly pid: number;
  /** Ticks since boot: with the PID what no other process ever has. */
  readonly startTicks: number;
}

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly state: string;
  readonly startTicks: number;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function toEntry(pid: number): Entry[] {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  if (fields.length < 20) return [];
  return [
    {
      pid,
      parent: Number(fields[1]),
      name: stat.slice(stat.indexOf('(') + 1, end),
      state: fields[0] ?? '',
      startTicks: Number(fields[19]),
    },
  ];
}

const inNamespaceOf = (pid: number, leader: number): boolean =>
  read(`/proc/${pid}/cgroup`).includes(/\/nodemend-lab\/[^/]+\/[^/\n]+/.exec(read(`/proc/${leader}/cgroup`))?.[0] ?? 'none');

/** Every container of the host: the oldest child of a shim in each control group. A probe's exec is a younger one. */
export function containersOf(host: LabHost): readonly ContainerMain[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => toEntry(Number(name)));
  const shims = new Set(entries.filter(({ name }) => name.startsWith('containerd-shim')).map(({ pid }) => pid));
  const children = entries.filter(
    ({ parent, state, pid }) => shims.has(parent) && state !== 'Z' && inNamespaceOf(pid, host.leader),
  );
  const mains = new Map<string, ContainerMain>();
  for (const { pid, startTicks } of children.toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid)) {
    const container = /[0-9a-f]{64}/.exec(
      read(`/proc/${pid}/cgroup`)
        .split('\n')
        .find((line) => /[0-9a-f]{64}/.test(line)) ?? '',
    )?.[0];
    if (container !== undefined && !mains.has(container)) mains.set(container, { container, pid, startTicks });
  }
  return [...mains.values()];
}

export interface ContainerChanges {
  readonly before: number;
  /** Ids of containers whose first process is no longer the same, or gone. */
  readonly lost: readonly string[];
  /** Ids that were not there before. */
  readonly born: readonly string[];
  /** Lost by their id, and their first process still lives: two of them may write now. */
  readonly leftOver: readonly number[];
}

export function changesBetween(before: readonly ContainerMain[], after: readonly ContainerMain[]): ContainerChanges {
  const same = (one: ContainerMain, other: ContainerMain) => one.pid === other.pid && one.startTicks === other.startTicks;
  const lost = before.filter((one) => !after.some((other) => same(one, other)));
  return {
    before: before.length,
    lost: lost.map(({ container }) => container),
    born: after.filter((one) => !before.some((other) => other.container === one.container)).map(({ container }) => container),
    leftOver: lost
      .filter(({ pid, startTicks }) => toEntry(pid).some((now) => now.startTicks === startTicks && now.state !== 'Z'))
      .map(({ pid }) => pid),
  };
}
