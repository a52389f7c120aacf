import type { HostView, ProcessEntry, UsageAnswer } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Duration, KiB, ms, seconds } from '../../model/units.ts';
import { type Mount, mountOf, mounts } from './mounts.ts';

export type MountAnswer =
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'timed-out'; readonly after: Duration }
  /** Our own probe of an earlier round is still in the kernel, and SIGKILL could not end it: not asked again. */
  | { readonly kind: 'still-hanging'; readonly pid: number };

export interface MountResponse {
  readonly mount: Mount;
  /** Other mount points of the same superblock. */
  readonly alsoAt: readonly string[];
  readonly answer: MountAnswer;
}

export interface MountResponses {
  readonly responses: readonly MountResponse[];
  /** Foreign file systems beyond the bound, which nobody asked. */
  readonly notAsked: number;
  /** A local file system did not answer a child in time either: the host is slow, and silence proves nothing. */
  readonly hostSlow: boolean;
}

/** File systems whose answers come from another machine or from a process. autofs is not one: asking it would mount. */
const FOREIGN =
  /^(nfs4?|cifs|smb3|smbfs|ceph|fuse|fuseblk|fuse\..+|glusterfs|9p|virtiofs|lustre|gpfs|beegfs|afs|coda|orangefs|pvfs2|ocfs2|gfs2|vboxsf)$/;

const isForeign = ({ type }: Mount): boolean => FOREIGN.test(type);

const MOST = 64;
const DEADLINE = ms(2500);

/** One mount per superblock, the shortest path first: a hung server hangs all of them. */
function toProbe(table: readonly Mount[]): Omit<MountResponse, 'answer'>[] {
  const byDevice = new Map<string, Mount[]>();
  for (const mount of table) {
    // Covered by another mount on the same point: a probe would ask that one.
    if (!isForeign(mount) || mountOf(table, mount.point) !== mount) continue;
    byDevice.set(mount.device, [...(byDevice.get(mount.device) ?? []), mount]);
  }
  return [...byDevice.values()].flatMap((same) => {
    const [mount, ...others] = same.toSorted((a, b) => a.point.length - b.point.length);
    return mount === undefined ? [] : [{ mount, alsoAt: others.map(({ point }) => point) }];
  });
}

function toAnswer(usage: UsageAnswer): MountAnswer {
  if (usage.kind === 'usage') return { kind: 'answered' };
  if (usage.kind === 'timed-out') return { kind: 'timed-out', after: usage.after };
  return { kind: 'failed', error: explainPathFailure(usage) };
}

async function isOld(host: HostView, { startTicks }: ProcessEntry): Promise<boolean> {
  const uptime = await host.readFile('/proc/uptime');
  return uptime.kind === 'text' && Number.parseFloat(uptime.text) * 100 - startTicks > 1000;
}

/** Mount points at which a `stat -f` of ours hangs since more than 10 s, by path. */
async function hangingProbes(host: HostView): Promise<ReadonlyMap<string, number>> {
  const table = await host.processes();
  const stuck = table.kind === 'processes' ? table.entries.filter(({ name, state }) => name === 'stat' && state === 'D') : [];
  const found = new Map<string, number>();
  for (const entry of stuck.slice(0, MOST)) {
    const commandLine = await host.readFile(`/proc/${entry.pid}/cmdline`, { maxBytes: 16 * KiB, deadline: ms(200) });
    const argv = commandLine.kind === 'text' ? commandLine.text.split('\0') : [];
    const path = argv[argv.indexOf('--') + 1];
    if (argv[1] === '-f' && path !== undefined && (await isOld(host, entry))) found.set(path, entry.pid);
  }
  return found;
}

async function readResponses(host: HostView, { use }: ReadContext): Promise<MountResponses> {
  const { mounts: table } = await use(mounts);
  const wanted = toProbe(table);
  if (wanted.length === 0) return { responses: [], notAsked: 0, hostSlow: false };

  const hanging = await hangingProbes(host);
  const responses = await Promise.all(
    wanted.slice(0, MOST).map(async (probe): Promise<MountResponse> => {
      const pid = hanging.get(probe.mount.point);
      if (pid !== undefined) return { ...probe, answer: { kind: 'still-hanging', pid } };
      const usage = await host.fileSystemUsage(probe.mount.point, { mayHang: true, deadline: DEADLINE });
      return { ...probe, answer: toAnswer(usage) };
    }),
  );
  const silent = responses.some(({ answer }) => answer.kind === 'timed-out');
  const control = silent ? await host.fileSystemUsage('/proc', { mayHang: true, deadline: seconds(1) }) : undefined;
  return { responses, notAsked: Math.max(0, wanted.length - MOST), hostSlow: control?.kind === 'timed-out' };
}

/** Asks every foreign file system for its size, each in a child, all at once under one deadline. */
export const mountResponses = defineSource<MountResponses>({ id: 'mount-responses', deadline: seconds(7), read: readResponses });
