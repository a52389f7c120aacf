import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { parseProcessState, parseStartTicks } from '../../model/proc-stat.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, type Instant, KiB, minutes, ms, seconds } from '../../model/units.ts';
import { readListeningSockets } from '../network/listening-sockets.ts';
import { describeProcess, isKubeletItself, layoutOf, readCandidates } from './kubelet-candidates.ts';
import { type Installed, readInstalled } from './kubelet-installed.ts';
import { type KubeletServers, type Owned, owns, provePorts, scanForOwner, type View } from './kubelet-owner.ts';

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
  /** Its servers, for the ports that it owns: `{ api: 'https://127.0.0.1:10250', healthz: 'http://127.0.0.1:10248' }`. */
  readonly servers?: KubeletServers;
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

/** A wrapper that has not come to start its kubelet yet. The supervisors of k3s, rke2 and k0s may well run without one. */
async function describeMainProcess(host: HostView, view: View, installed: Installed | undefined): Promise<Owned | undefined> {
  const main = installed?.unit === 'kubelet.service' ? installed.mainPid : undefined;
  const entry = view.entries.find(({ pid }) => pid === main);
  return entry === undefined ? undefined : provePorts(host, view, await describeProcess(host, entry));
}

const UNPROVEN = 'the file descriptors of the process are not readable; run as root';

async function toRunning(host: HostView, owned: Owned, unit = owned.group.unit): Promise<RunningKubelet> {
  const { entry, argv, servers } = owned;
  const uptime = await host.readFile('/proc/uptime');
  if (uptime.kind !== 'text') throw new AgentError('SOURCE_UNREADABLE', `/proc/uptime: ${explainPathFailure(uptime)}`);
  const up = Number.parseFloat(uptime.text);
  // Anything else would become a time that no report can write.
  if (!Number.isFinite(up)) throw new AgentError('SOURCE_UNREADABLE', '/proc/uptime: is no number');
  const age = up * 1000 - entry.startTicks * 10;
  return {
    kind: 'running',
    pid: entry.pid,
    argv,
    startedAt: host.clock.now() - age,
    startTicks: entry.startTicks,
    ...(unit === undefined ? {} : { unit }),
    layout: layoutOf(owned),
    ownsPort: owns(owned),
    ...(servers === undefined ? { unproven: UNPROVEN } : { servers }),
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
  const candidates = await Promise.all((await readCandidates(host, view.entries)).map((one) => provePorts(host, view, one)));
  const owner = candidates.find(owns);
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

/** How long the proof by the port holds for a process that goes on: who gives its port up answers no probe there any more. */
const PROOF_HOLDS = minutes(15);
const provenAt = new WeakMap<KubeletProcess, Duration>();

/** A PID is one process as long as it started at the same tick: then neither the process table nor its sockets need be read. */
async function stillTheSame(host: HostView, last: KubeletProcess): Promise<KubeletProcess | undefined> {
  const proof = provenAt.get(last);
  if (last.kind !== 'running' || !last.ownsPort || proof === undefined) return undefined;
  if (host.clock.monotonic() - proof >= PROOF_HOLDS) return undefined;
  const answer = await host.readFile(`/proc/${last.pid}/stat`, { maxBytes: 4 * KiB, deadline: ms(500) });
  if (answer.kind !== 'text' || parseStartTicks(answer.text) !== last.startTicks) return undefined;
  const state = parseProcessState(answer.text);
  if (state === undefined || /^[ZX]$/.test(state)) return undefined;
  const same: RunningKubelet = { ...last, state };
  provenAt.set(same, proof);
  return same;
}

/** Which process is this node's kubelet, proved by the port it listens on; a pod that borrows the port is none. */
export const kubeletProcess = defineSource<KubeletProcess>({
  id: 'kubelet-process',
  deadline: seconds(4),
  async read(host, { before }) {
    const same = before === undefined ? undefined : await stillTheSame(host, before as KubeletProcess);
    if (same !== undefined) return same;
    const found = await readKubeletProcess(host);
    provenAt.set(found, host.clock.monotonic());
    return found;
  },
});
