import type { FileStatus, HostView, ProcessEntry } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, MiB, ms, seconds } from '../../model/units.ts';
import { parseControlGroup } from './control-group.ts';

/** Locks that are held while packages are installed; that of apt's lists (`apt-get update`) changes nothing. */
const LOCKS = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/cache/apt/archives/lock',
  '/var/lib/rpm/.rpm.lock',
  '/usr/lib/sysimage/rpm/.rpm.lock',
  '/var/lib/zypp/AutoInstalled.lock',
];
/** Programs that do nothing else. unattended-upgrades waits as a daemon all day: its lock tells, not its name. */
const TOOLS = /^(dpkg|dpkg-deb|rpm|yum|dnf|dnf5|zypper|rpm-ostree|transactional-up|kubeadm|do-release-upgr)$/;

export interface Lock {
  readonly pid: number;
  readonly major: number;
  readonly minor: number;
  readonly inode: number;
}

/** /proc/locks: `3: POSIX  ADVISORY  WRITE 812 fd:01:131090 0 EOF`; who waits for a lock has `->` before the type. */
export function parseLocks(text: string): Lock[] {
  return [...text.matchAll(/^\d+: (?:POSIX|FLOCK|OFDLCK) +\w+ +WRITE +(-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /gm)].map(
    ([, pid, major = '', minor = '', inode]) => ({
      pid: Number(pid),
      major: Number.parseInt(major, 16),
      minor: Number.parseInt(minor, 16),
      inode: Number(inode),
    }),
  );
}

/** makedev(3) of Linux, taken apart. */
export function splitDevice(device: number): { readonly major: number; readonly minor: number } {
  const bits = BigInt(device);
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n);
  const minor = (bits & 0xffn) | ((bits >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}

function holds(lock: Lock, status: FileStatus, name: string | undefined): boolean {
  if (lock.inode !== status.inode) return false;
  const { major, minor } = splitDevice(status.device);
  // overlayfs and btrfs give stat(2) another device than the one that locks are counted by.
  return (
    (lock.major === major && lock.minor === minor) ||
    (name !== undefined && /dpkg|apt|unattended|rpm|yum|dnf|zypp|packagekit/.test(name))
  );
}

async function lockHolders(host: HostView, entries: readonly ProcessEntry[]): Promise<readonly string[]> {
  const table = await host.readFile('/proc/locks', { maxBytes: MiB });
  const locks = table.kind === 'text' ? parseLocks(table.text) : [];
  const looks = await Promise.all(LOCKS.map(async (path) => ({ path, status: await host.fileStatus(path) })));
  return looks.flatMap(({ path, status }) => {
    if (status.kind !== 'status') return [];
    const nameOf = ({ pid }: Lock) => entries.find((entry) => entry.pid === pid)?.name;
    const lock = locks.find((one) => holds(one, status, nameOf(one)));
    return lock === undefined ? [] : [`${nameOf(lock) ?? 'somebody'} (process ${lock.pid}) holds ${path}`];
  });
}

/** A tool of this host: an image that is being built in a container touches nothing of ours. */
async function isOfHost(host: HostView, { pid }: ProcessEntry): Promise<boolean> {
  const cgroup = await host.readFile(`/proc/${pid}/cgroup`, { maxBytes: 64 * KiB, deadline: ms(500) });
  return cgroup.kind !== 'text' || parseControlGroup(cgroup.text).inside === undefined;
}

async function tools(host: HostView, entries: readonly ProcessEntry[]): Promise<readonly string[]> {
  const named = entries.filter(({ name, state }) => TOOLS.test(name) && state !== 'Z').slice(0, 16);
  const ours = await Promise.all(named.map((entry) => isOfHost(host, entry)));
  return named.filter((_, at) => ours[at] === true).map(({ name, pid }) => `${name} (process ${pid}) runs`);
}

/** Who installs or upgrades something at this moment; empty: nobody. */
export const packageWork = defineSource<readonly string[]>({
  id: 'package-work',
  deadline: seconds(4),
  async read(host) {
    const table = await host.processes();
    const entries = table.kind === 'processes' ? table.entries : [];
    return (await Promise.all([lockHolders(host, entries), tools(host, entries)])).flat();
  },
});
