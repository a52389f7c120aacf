import type { HostView, ProcessEntry } from '../../host/host.ts';
import { seconds } from '../../model/units.ts';
import { type ListeningSocket, readHeldSockets } from '../network/listening-sockets.ts';
import { type Candidate, describeProcess, isAlive, resemblesKubelet } from './kubelet-candidates.ts';
import { type KubeletPort, readKubeletPorts } from './kubelet-ports.ts';

export type KubeletServers = Readonly<Partial<Record<KubeletPort['serves'], string>>>;

/** The process table and who listens, read once for all candidates. */
export interface View {
  readonly entries: readonly ProcessEntry[];
  readonly sockets: readonly ListeningSocket[] | undefined;
}

/** `servers`: undefined when its file descriptors could not be read. */
export interface Owned extends Candidate {
  readonly servers: KubeletServers | undefined;
}

export const owns = ({ servers }: Owned) => servers?.api !== undefined || servers?.healthz !== undefined;

/** Which of the ports where it should listen are its own. */
export async function provePorts(host: HostView, { sockets }: View, candidate: Candidate): Promise<Owned> {
  if (sockets === undefined) return { ...candidate, servers: undefined };
  const ports = await readKubeletPorts(host, candidate.argv);
  const listening = sockets.filter((socket) => ports.some(({ port }) => port === socket.port));
  const inodes = new Set(listening.map(({ inode }) => inode));
  const held = await readHeldSockets(host, candidate.entry.pid, inodes);
  if (held === undefined) return { ...candidate, servers: undefined };
  const own = new Set(listening.filter(({ inode }) => held.has(inode)).map(({ port }) => port));
  const servers = ports.filter(({ port }) => own.has(port)).map(({ serves, url }) => [serves, url]);
  return { ...candidate, servers: Object.fromEntries(servers) };
}

const MOST_SCANNED = 2000;

/** A kubelet under a name we do not know: the host's services that speak of a kubelet and hold its port. */
export async function scanForOwner(host: HostView, view: View): Promise<Owned | undefined> {
  if (view.sockets?.some(({ port }) => port === 10250 || port === 10248) !== true) return undefined;
  const until = host.clock.monotonic() + seconds(1);
  for (const entry of view.entries.filter(isAlive).slice(0, MOST_SCANNED)) {
    if (host.clock.monotonic() > until) return undefined;
    const candidate = await describeProcess(host, entry);
    const owned = (await resemblesKubelet(host, candidate)) ? await provePorts(host, view, candidate) : undefined;
    if (owned !== undefined && owns(owned)) return owned;
  }
  return undefined;
}
