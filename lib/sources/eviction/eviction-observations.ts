import type { HostView } from '../../host/host.ts';
import { minorOf } from '../../model/kubernetes-version.ts';
import type { Bytes } from '../../model/units.ts';

/** A measured value in the signal's unit, and where it was measured; `why` when it could not be. */
export interface Observation {
  readonly observed: number | null;
  readonly capacity: number | null;
  /** Path whose filesystem was measured, or the file that was read. */
  readonly at?: string;
  /** Device number of that filesystem. */
  readonly device?: number;
  readonly why?: string;
  /** There is nothing of the kind on this host (no container runtime, no inodes in btrfs). */
  readonly absent?: boolean;
}

export const nothing = (why: string): Observation => ({ observed: null, capacity: null, why });

async function textOf(host: HostView, path: string): Promise<string | undefined> {
  const answer = await host.readFile(path);
  return answer.kind === 'text' ? answer.text : undefined;
}

async function numberIn(host: HostView, path: string): Promise<number | undefined> {
  const text = (await textOf(host, path))?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A number of memory.stat ("inactive_file 4096") or /proc/meminfo ("MemTotal:  1024 kB"), in bytes. */
function statBytes(text: string, key: string): Bytes | undefined {
  const match = new RegExp(`^${key}:?\\s+(\\d+)( kB)?$`, 'm').exec(text);
  return match === null ? undefined : Number(match[1]) * (match[2] === undefined ? 1 : 1024);
}

const CGROUP_V1 = '/sys/fs/cgroup/memory';
const CGROUP_V2 = '/sys/fs/cgroup';

interface MemoryUse {
  readonly usage: Bytes;
  readonly inactiveFile: Bytes;
  /** memory.limit_in_bytes or memory.max; absent when there is none. */
  readonly limit?: Bytes;
  readonly at: string;
}

/** Linux' "no limit" is the largest page-aligned number; anything above a pebibyte is none. */
const NO_LIMIT = 2 ** 50;

async function usageV1(host: HostView, path: string): Promise<MemoryUse | undefined> {
  const at = `${CGROUP_V1}${path}`;
  const [usage, stat, limit] = await Promise.all([
    numberIn(host, `${at}/memory.usage_in_bytes`),
    textOf(host, `${at}/memory.stat`),
    // The root has none.
    path === '' ? undefined : numberIn(host, `${at}/memory.limit_in_bytes`),
  ]);
  const inactiveFile = statBytes(stat ?? '', 'total_inactive_file');
  if (usage === undefined || inactiveFile === undefined) return undefined;
  return { usage, inactiveFile, at, ...(limit !== undefined && limit < NO_LIMIT ? { limit } : {}) };
}

/**
 * The root of cgroup v2 has no memory.current. runc's library took MemTotal − MemFree there, and anon + file since 1.1.10
 * (opencontainers/runc#3977), which kubelets have from 1.29.
 */
function rootUsageV2(stat: string, meminfo: string, minor: number): Bytes | undefined {
  const [first, second] =
    minor >= 29
      ? [statBytes(stat, 'anon'), statBytes(stat, 'file')]
      : [statBytes(meminfo, 'MemTotal'), statBytes(meminfo, 'MemFree')];
  if (first === undefined || second === undefined) return undefined;
  return minor >= 29 ? first + second : first - second;
}

async function usageV2(host: HostView, path: string, meminfo: string, minor: number): Promise<MemoryUse | undefined> {
  const at = `${CGROUP_V2}${path}`;
  const stat = await textOf(host, `${at}/memory.stat`);
  const inactiveFile = statBytes(stat ?? '', 'inactive_file');
  if (stat === undefined || inactiveFile === undefined) return undefined;
  const [current, limit] = await Promise.all([numberIn(host, `${at}/memory.current`), numberIn(host, `${at}/memory.max`)]);
  const usage = current ?? (path === '' ? rootUsageV2(stat, meminfo, minor) : undefined);
  return usage === undefined ? undefined : { usage, inactiveFile, at, ...(limit === undefined ? {} : { limit }) };
}

async function memoryUse(
  host: HostView,
  path: string,
  meminfo: string,
  version: string | undefined,
): Promise<MemoryUse | undefined> {
  return (await usageV1(host, path)) ?? (await usageV2(host, path, meminfo, minorOf(version) ?? Number.POSITIVE_INFINITY));
}

/** What the kubelet calls available: all that is not the working set, reclaimable page cache included. */
function availableOf({ usage, inactiveFile, at }: MemoryUse, capacity: Bytes): Observation {
  const workingSet = Math.max(0, usage - inactiveFile);
  return { observed: Math.max(0, capacity - workingSet), capacity, at };
}

/** memory.available: MemTotal − working set of the root cgroup. */
export async function observeMemory(host: HostView, version: string | undefined): Promise<Observation> {
  const meminfo = (await textOf(host, '/proc/meminfo')) ?? '';
  const total = statBytes(meminfo, 'MemTotal');
  if (total === undefined) return nothing('/proc/meminfo does not tell MemTotal');
  const use = await memoryUse(host, '', meminfo, version);
  return use === undefined ? nothing('no memory controller under /sys/fs/cgroup') : availableOf(use, total);
}

/** allocatableMemory.available: the limit of the pods' cgroup − its working set; undefined where no such cgroup is kept. */
export async function observePodsMemory(
  host: HostView,
  {
    cgroupRoot,
    cgroupDriver,
    version,
  }: { readonly cgroupRoot: string; readonly cgroupDriver: string; readonly version?: string },
): Promise<Observation | undefined> {
  const meminfo = (await textOf(host, '/proc/meminfo')) ?? '';
  const total = statBytes(meminfo, 'MemTotal');
  const parent = cgroupRoot.replace(/\/+$/, '');
  const use = await memoryUse(host, `${parent}/kubepods${cgroupDriver === 'systemd' ? '.slice' : ''}`, meminfo, version);
  if (use === undefined || total === undefined) return undefined;
  return availableOf(use, use.limit ?? total);
}

/** pid.available. nr_threads of the kernel counts threads; before 1.24 the kubelet read it as 16 bits, and knew no threads-max. */
export async function observePids(host: HostView, version: string | undefined): Promise<Observation> {
  const old = (minorOf(version) ?? Number.POSITIVE_INFINITY) < 24;
  const [pidMax, threadsMax, load] = await Promise.all([
    numberIn(host, '/proc/sys/kernel/pid_max'),
    numberIn(host, '/proc/sys/kernel/threads-max'),
    textOf(host, '/proc/loadavg'),
  ]);
  const tasks = Number(/\d+\/(\d+)/.exec(load ?? '')?.[1] ?? Number.NaN);
  if (pidMax === undefined || Number.isNaN(tasks)) return nothing('/proc/sys/kernel/pid_max or /proc/loadavg cannot be read');
  const capacity = old ? pidMax : Math.min(pidMax, threadsMax ?? pidMax);
  return { observed: capacity - (old ? tasks % 65536 : tasks), capacity, at: '/proc/loadavg' };
}
