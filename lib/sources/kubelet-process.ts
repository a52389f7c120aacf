import { AgentError } from '../errors.ts';
import type { HostView, ProcessEntry } from '../host/host.ts';
import { explainPathFailure } from '../model/path-failure.ts';
import { defineSource } from '../model/source.ts';
import { type Instant, seconds } from '../model/units.ts';
import {
  type Candidate,
  describeProcess,
  isKubeletItself,
  layoutOf,
  readCandidates,
  resemblesKubelet,
} from './kubelet-candidates.ts';
import { type Installed, readInstalled } from './kubelet-installed.ts';
import { DEFAULT_PORTS, readKubeletPorts } from './kubelet-ports.ts';
import { holdsSocket, type ListeningSocket, readListeningSockets } from './listening-sockets.ts';

/** How this node's kubelet is packaged; anything but `systemd` has no kubelet unit of its own, so restart rungs are off. */
export type KubeletLayout = 'systemd' | 'k3s' | 'rke2' | 'k0s' | 'microk8s' | 'container';

/** The kubelet by proof: the process that owns the kubelet's listening port, or (`ownsPort: false`) the one its unit says is its main process. */
export interface RunningKubelet {
  readonly kind: 'running';
  readonly pid: number;
  readonly argv: readonly string[];
  readonly startedAt: Instant;
  readonly startTicks: number;
  /** systemd unit from the process's cgroup, e.g. `kubelet.service`. */
  readonly unit?: string;
  readonly layout: KubeletLayout;
  readonly ownsPort: boolean;
  /** Why the port could be neither proved nor refuted to be its own; `ownsPort` is then false. */
  readonly unproven?: string;
  /** R, S, D, T … of its main thread. */
  readonly state: string;
}

export type KubeletProcess =
  | RunningKubelet
  | {
      readonly kind: 'absent';
      /** A kubelet is meant to run here: a unit file or its configuration exists. */
      readonly installed: boolean;
      readonly unit?: string;
      /** Sentence fragment: "no kubelet on this host", "kubelet.service is inactive". */
      readonly why: string;
    };

interface View {
  readonly entries: readonly ProcessEntry[];
  readonly sockets: readonly ListeningSocket[] | undefined;
}

type Owned = Candidate & { readonly holds: 'yes' | 'no' | 'unreadable' };

const inodesOf = (sockets: readonly ListeningSocket[], ports: readonly number[]) =>
  new Set(sockets.filter(({ port }) => ports.includes(port)).map(({ inode }) => inode));

async function provePort(host: HostView, { sockets }: View, candidate: Candidate): Promise<Owned> {
  if (sockets === undefined) return { ...candidate, holds: 'unreadable' };
  const inodes = inodesOf(sockets, await readKubeletPorts(host, candidate.argv));
  return { ...candidate, holds: inodes.size === 0 ? 'no' : await holdsSocket(host, candidate.entry.pid, inodes) };
}

const MOST_SCANNED = 2000;

/** A kubelet under a name we do not know: the host's services that hold its port and speak of a kubelet. */
async function scanForOwner(host: HostView, { entries, sockets = [] }: View): Promise<Owned | undefined> {
  const inodes = inodesOf(sockets, DEFAULT_PORTS);
  if (inodes.size === 0) return undefined;
  const until = host.clock.monotonic() + seconds(1);
  for (const entry of entries.filter(({ kernelThread }) => !kernelThread).slice(0, MOST_SCANNED)) {
    if (host.clock.monotonic() > until) return undefined;
    const candidate = await describeProcess(host, entry);
    if (!resemblesKubelet(candidate)) continue;
    if ((await holdsSocket(host, entry.pid, inodes, 256)) === 'yes') return { ...candidate, holds: 'yes' };
  }
  return undefined;
}

async function describeMainProcess(host: HostView, view: View, installed: Installed | undefined): Promise<Owned | undefined> {
  const entry = view.entries.find(({ pid }) => pid === installed?.mainPid);
  return entry === undefined ? undefined : provePort(host, view, await describeProcess(host, entry));
}

const UNPROVEN = 'the file descriptors of the process are not readable; run as root';

async function toRunning(host: HostView, { entry, argv, group, holds }: Owned, unit = group.unit): Promise<RunningKubelet> {
  const uptime = await host.readFile('/proc/uptime');
  if (uptime.kind !== 'text') throw new AgentError('SOURCE_UNREADABLE', `/proc/uptime: ${explainPathFailure(uptime)}`);
  const age = Number.parseFloat(uptime.text) * 1000 - entry.startTicks * 10;
  return {
    kind: 'running',
    pid: entry.pid,
    argv,
    startedAt: host.clock.now() - age,
    startTicks: entry.startTicks,
    ...(unit === undefined ? {} : { unit }),
    layout: layoutOf({ entry, argv, group }),
    ownsPort: holds === 'yes',
    ...(holds === 'unreadable' ? { unproven: UNPROVEN } : {}),
    state: entry.state,
  };
}

async function readView(host: HostView): Promise<View> {
  const [processes, sockets] = await Promise.all([host.processes(), readListeningSockets(host)]);
  if (processes.kind !== 'processes') throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(processes)}`);
  return { entries: processes.entries, sockets };
}

async function readKubeletProcess(host: HostView): Promise<KubeletProcess> {
  const view = await readView(host);
  const candidates = await Promise.all((await readCandidates(host, view.entries)).map((one) => provePort(host, view, one)));
  const owner = candidates.find(({ holds }) => holds === 'yes');
  const found = owner ?? candidates.find(isKubeletItself) ?? (await scanForOwner(host, view));
  if (found?.group.unit !== undefined || found?.group.inside !== undefined) return toRunning(host, found);

  const installed = await readInstalled(host);
  const last = found ?? (await describeMainProcess(host, view, installed));
  if (last === undefined) return toAbsent(view, installed);
  // A kubelet that moved itself (--kubelet-cgroups) left its unit's cgroup; systemd still knows it.
  return toRunning(host, last, last.group.unit ?? (installed?.mainPid === last.entry.pid ? installed.unit : undefined));
}

function toAbsent({ entries }: View, installed: Installed | undefined): KubeletProcess {
  // hidepid= shows an ordinary user his own processes only: not to see a kubelet says nothing.
  if (!entries.some(({ pid }) => pid === 1)) {
    throw new AgentError('PERMISSION_DENIED', '/proc does not show the processes of other users');
  }
  if (installed === undefined) return { kind: 'absent', installed: false, why: 'no kubelet on this host' };
  const { unit, why } = installed;
  return { kind: 'absent', installed: true, ...(unit === undefined ? {} : { unit }), why };
}

/** Which process is this node's kubelet, proved by the port it listens on; a pod that borrows the port is none. */
export const kubeletProcess = defineSource<KubeletProcess>({
  id: 'kubelet-process',
  deadline: seconds(4),
  read: readKubeletProcess,
});
