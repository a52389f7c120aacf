import type { HostView, ProcessEntry } from '../../host/host.ts';
import { MiB } from '../../model/units.ts';
import { parseControlGroup } from '../host/control-group.ts';
import type { RuntimeName, RuntimeService } from './runtime-endpoint.ts';
import { type RuntimeUnits, unitOf } from './runtime-units.ts';

/** Names in the process table, at most 15 bytes: `docker-containerd` of docker 17 is cut. k3s and its like embed none. */
const NAMES: Readonly<Record<RuntimeName, readonly string[]>> = {
  docker: ['dockerd', 'dockerd-current'],
  'cri-dockerd': ['cri-dockerd'],
  containerd: ['containerd', 'docker-containe'],
  'cri-o': ['crio'],
};

const MOST_DESCRIPTORS = 4096;
/** __SO_ACCEPTCON, in hexadecimal: the socket listens. */
const LISTENS = '00010000';

/** Inodes of the listening sockets at a path, from /proc/net/unix; a restarted daemon's old one may still be there. */
export function parseListeners(text: string, path: string): string[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const isOurs =
      fields[3] === LISTENS &&
      fields
        .slice(7)
        .join(' ')
        .replace(/^\/var\/run\//, '/run/') === path;
    return isOurs && fields[6] !== undefined ? [fields[6]] : [];
  });
}

async function holdsSocket(host: HostView, pid: number, inodes: readonly string[]): Promise<boolean> {
  const directory = await host.listDirectory(`/proc/${pid}/fd`);
  if (directory.kind !== 'entries') return false;
  const names = directory.names.slice(0, MOST_DESCRIPTORS);
  const links = await Promise.all(names.map((name) => host.readLink(`/proc/${pid}/fd/${name}`)));
  return links.some((link) => link.kind === 'link' && inodes.some((inode) => link.target === `socket:[${inode}]`));
}

async function livesIn(host: HostView, pid: number, units: readonly string[]): Promise<boolean> {
  const file = await host.readFile(`/proc/${pid}/cgroup`);
  const unit = file.kind === 'text' ? parseControlGroup(file.text).unit : undefined;
  return unit !== undefined && units.includes(unit);
}

async function candidates(host: HostView, { name }: RuntimeService): Promise<readonly ProcessEntry[]> {
  const processes = await host.processes();
  if (processes.kind !== 'processes') return [];
  return processes.entries.filter((entry) => NAMES[name].includes(entry.name));
}

/**
 * The daemon's process: its unit's main process; without systemd's word the one of that name that holds the socket, or
 * whose control group is the unit's. A name alone proves nothing.
 */
export async function daemonPid(host: HostView, service: RuntimeService, units: RuntimeUnits): Promise<number | undefined> {
  const unit = unitOf(units, service.units);
  if (unit?.mainPid !== undefined) return unit.mainPid;
  const [found, table] = await Promise.all([candidates(host, service), host.readFile('/proc/net/unix', { maxBytes: 4 * MiB })]);
  const inodes = table.kind === 'text' ? parseListeners(table.text, service.socketPath) : [];
  for (const { pid } of found) {
    if (await holdsSocket(host, pid, inodes)) return pid;
  }
  for (const { pid, parent } of found) {
    if (parent === 1 && (await livesIn(host, pid, service.units))) return pid;
  }
  return undefined;
}
