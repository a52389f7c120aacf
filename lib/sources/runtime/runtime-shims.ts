import { AgentError } from '../../errors.ts';
import type { HostView, ProcessEntry } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, seconds } from '../../model/units.ts';
import { parseControlGroup } from '../host/control-group.ts';

/** The parent of a container's processes: it outlives its daemon only outside the control group that systemd kills. */
export interface Shim {
  readonly pid: number;
  readonly startTicks: number;
  /** R, S, D, T … of its main thread. */
  readonly state: string;
  /** The unit whose control group it lives in. */
  readonly unit?: string;
  /** The container, or with CRI the sandbox, that it holds. */
  readonly container?: string;
}

const MOST = 1024;
/** `docker-containerd-shim` of docker 17, cut to 15 bytes, is called as its parent is. */
const CUT = 'docker-containe';

/** The container of a shim's command line: `-id ID` (shim v2), `-c ID` (conmon), or the bundle's path (shim v1). */
export function parseShimContainer(cmdline: string): string | undefined {
  const argv = cmdline.split('\0');
  const at = argv.findIndex((word) => word === '-id' || word === '-c');
  const named = at < 0 ? undefined : argv[at + 1];
  return named ?? /\/([0-9a-f]{64})(?:\/|\0|$)/.exec(cmdline)?.[1];
}

function shimsAmong(entries: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const old = new Set(entries.filter(({ name }) => name === CUT).map(({ pid }) => pid));
  return entries.filter(({ name, parent, state }) => {
    if (state === 'Z') return false;
    return name.startsWith('containerd-shim') || name === 'conmon' || (name === CUT && old.has(parent));
  });
}

async function toShim(host: HostView, { pid, startTicks, state }: ProcessEntry): Promise<Shim> {
  const [group, cmdline] = await Promise.all([
    host.readFile(`/proc/${pid}/cgroup`),
    host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 16 * KiB, deadline: seconds(1) }),
  ]);
  const unit = group.kind === 'text' ? parseControlGroup(group.text).unit : undefined;
  const container = cmdline.kind === 'text' ? parseShimContainer(cmdline.text) : undefined;
  return { pid, startTicks, state, ...(unit === undefined ? {} : { unit }), ...(container === undefined ? {} : { container }) };
}

/** What was read of the same process before: neither its container nor its unit changes, and a full node has hundreds of shims. */
function knownAmong(before: unknown): (entry: ProcessEntry) => Shim | undefined {
  const byPid = new Map(((before ?? []) as readonly Shim[]).map((shim) => [shim.pid, shim]));
  return ({ pid, startTicks, state }) => {
    const known = byPid.get(pid);
    const isWhole = known?.startTicks === startTicks && known.unit !== undefined && known.container !== undefined;
    return isWhole ? { ...known, state } : undefined;
  };
}

/** Every live shim of containerd and every conmon, and the unit whose stop would end it. */
export const runtimeShims = defineSource<readonly Shim[]>({
  id: 'runtime-shims',
  deadline: seconds(4),
  keep: seconds(60),
  async read(host, { before }) {
    const known = knownAmong(before);
    const processes = await host.processes();
    if (processes.kind !== 'processes') throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(processes)}`);
    return await Promise.all(
      shimsAmong(processes.entries)
        .slice(0, MOST)
        .map((entry) => known(entry) ?? toShim(host, entry)),
    );
  },
});
