import type { HostView } from '../../host/host.ts';
import { KiB } from '../../model/units.ts';

export interface ListeningSocket {
  readonly port: number;
  readonly inode: number;
}

const TCP_LISTEN = '0A';

/** The listening sockets of /proc/net/tcp or tcp6 (proc(5)). */
export function parseListeningSockets(text: string): ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const port = /^[0-9A-F]{8,32}:([0-9A-F]{4})$/.exec(local ?? '')?.[1];
    if (port === undefined || state !== TCP_LISTEN || !/^\d+$/.test(inode ?? '')) return [];
    return [{ port: Number.parseInt(port, 16), inode: Number(inode) }];
  });
}

// The kernel lists the listening sockets before all others (tcp_seq_start), so the connections of a busy node need no reading.
const MOST = 256 * KiB;

/** Of the host's network namespace where PID 1's is readable (root), otherwise of our own; undefined when neither is. */
export async function readListeningSockets(host: HostView): Promise<readonly ListeningSocket[] | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(async (name) => {
      const ofInit = await host.readFile(`/proc/1/net/${name}`, { maxBytes: MOST });
      return ofInit.kind === 'text' ? ofInit : host.readFile(`/proc/net/${name}`, { maxBytes: MOST });
    }),
  );
  const texts = tables.flatMap((table) => (table.kind === 'text' ? [table.text] : []));
  return texts.length === 0 ? undefined : texts.flatMap(parseListeningSockets);
}

const BATCH = 64;

/** Which of these sockets a process holds; undefined when its file descriptors are not ours to see. */
export async function readHeldSockets(
  host: HostView,
  pid: number,
  inodes: ReadonlySet<number>,
  most = 4096,
): Promise<ReadonlySet<number> | undefined> {
  const held = new Set<number>();
  const directory = await host.listDirectory(`/proc/${pid}/fd`);
  if (directory.kind === 'missing') return held;
  if (directory.kind !== 'entries') return undefined;
  // Servers listen early, so the sockets are among the lowest descriptors.
  const descriptors = directory.names.toSorted((a, b) => Number(a) - Number(b)).slice(0, most);
  for (let start = 0; start < descriptors.length && held.size < inodes.size; start += BATCH) {
    const batch = descriptors.slice(start, start + BATCH);
    const links = await Promise.all(batch.map((name) => host.readLink(`/proc/${pid}/fd/${name}`)));
    if (links.every(({ kind }) => kind === 'denied')) return undefined;
    for (const link of links) {
      const inode = link.kind === 'link' ? Number(/^socket:\[(\d+)\]$/.exec(link.target)?.[1]) : Number.NaN;
      if (inodes.has(inode)) held.add(inode);
    }
  }
  return held;
}
