import { AgentError } from '../../errors.ts';
import type { HostView, ProcessEntry } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, KiB, minutes, seconds } from '../../model/units.ts';
import { parseControlGroup } from '../host/control-group.ts';
import { readRuns } from '../host/main-runs.ts';

/** A kubelet or container runtime of this host, or one of its servers. */
export interface NodeDaemon {
  readonly pid: number;
  readonly name: string;
  /** Clock ticks since boot. */
  readonly startTicks: number;
  readonly unit?: string;
  /** Text of /proc/PID/cgroup. */
  readonly cgroup: string;
}

const NAME =
  /^(kubelet|hyperkube|kubelite|k3s(-server|-agent)?|rke2|k0s|dockerd(-current)?|containerd|docker-containe|cri-dockerd|crio|kube-apiserver|etcd)$/;
const MOST = 16;

async function describe(host: HostView, { pid, name, startTicks }: ProcessEntry): Promise<NodeDaemon[]> {
  const answer = await host.readFile(`/proc/${pid}/cgroup`, { maxBytes: 64 * KiB });
  const cgroup = answer.kind === 'text' ? answer.text : '';
  const { unit, inside } = parseControlGroup(cgroup);
  // The name is the process's own choice. Only the static pods of the control plane are believed in a pod.
  if (inside === 'pod' && name !== 'etcd' && name !== 'kube-apiserver') return [];
  return [{ pid, name, startTicks, cgroup, ...(unit === undefined ? {} : { unit }) }];
}

async function readDaemons(host: HostView): Promise<readonly NodeDaemon[]> {
  const table = await host.processes();
  if (table.kind !== 'processes') throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(table)}`);
  const named = table.entries.filter(({ name, kernelThread, state }) => !kernelThread && state !== 'Z' && NAME.test(name));
  const names = new Map(named.map(({ pid, name }) => [pid, name]));
  // A child has its parent's name until it execs; the containerd of a k3s has a name of its own.
  const daemons = named.filter(({ parent, name }) => names.get(parent) !== name).slice(0, MOST);
  return (await Promise.all(daemons.map((entry) => describe(host, entry)))).flat();
}

/** How long these are all there are, while each of them goes on: the process table of a full node is a thousand files. */
const TABLE_HOLDS = minutes(5);
const readAt = new WeakMap<readonly NodeDaemon[], Duration>();

async function isTheSame(host: HostView, last: readonly NodeDaemon[]): Promise<boolean> {
  const at = readAt.get(last);
  if (at === undefined || host.clock.monotonic() - at >= TABLE_HOLDS) return false;
  const runs = await readRuns(
    host,
    last.map(({ pid }) => pid),
  );
  return runs?.every(({ startTicks }, index) => startTicks === last[index]?.startTicks) === true;
}

export const nodeDaemons = defineSource<readonly NodeDaemon[]>({
  id: 'node-daemons',
  deadline: seconds(4),
  async read(host, { before }) {
    const last = before as readonly NodeDaemon[] | undefined;
    if (last !== undefined && (await isTheSame(host, last))) return last;
    const daemons = await readDaemons(host);
    readAt.set(daemons, host.clock.monotonic());
    return daemons;
  },
});
