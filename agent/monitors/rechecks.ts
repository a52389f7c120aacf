import { basename } from 'node:path';
import type { HostView } from '../../lib/host/host.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { seconds } from '../../lib/model/units.ts';
import type { RecheckAnswer } from '../../lib/monitors/conditions/board.ts';
import type { Claim, Recheck } from '../../lib/monitors/conditions/claim.ts';
import { type Mount, mounts } from '../../lib/sources/host/mounts.ts';
import { gatherer } from '../gather.ts';

type Ask = (host: HostView, subject: string) => Promise<RecheckAnswer>;

async function textOf(host: HostView, path: string): Promise<string | undefined> {
  const answer = await host.readFile(path);
  return answer.kind === 'text' ? answer.text.trim() : undefined;
}

/** ext4 says `emergency_ro` and `shutdown` since Linux 6.15. */
const isReadOnly = ({ superOptions }: Mount) => ['ro', 'emergency_ro', 'shutdown'].some((word) => superOptions.includes(word));

/** The kernel names the device (`dm-0`), the table its number and whatever name it was mounted by; btrfs has a number of its own. */
const readOnlyMount: Ask = async (host, device) => {
  if (!/^[\w!.-]+$/.test(device)) return 'unknown';
  const table = await gatherer(host).fact(mounts);
  if (isUnavailable(table) || !table.ofHost || table.truncated) return 'unknown';
  const number = await textOf(host, `/sys/class/block/${device}/dev`);
  const on = table.mounts.filter((mount) => mount.device === number || basename(mount.origin) === device);
  // What is not mounted is read-only for nobody.
  return on.some(isReadOnly) ? 'stands' : 'gone';
};

/** A file system that shut itself down answers every question about its files with EIO (xfs_vn_getattr), its size alone excepted. */
const xfsShutdown: Ask = async (host, device) => {
  const table = await gatherer(host).fact(mounts);
  if (!/^[\w!.-]+$/.test(device) || isUnavailable(table) || !table.ofHost || table.truncated) return 'unknown';
  const number = await textOf(host, `/sys/class/block/${device}/dev`);
  const on = table.mounts.filter((mount) => mount.device === number || basename(mount.origin) === device);
  const [top] = on.filter(({ type }) => type === 'xfs');
  if (top === undefined) return 'gone';
  // A child: a disk that hangs is another thing, and must not take a thread of ours.
  const answer = await host.run(['stat', '--format=%n', '--', top.point], { deadline: seconds(2) });
  if (answer.kind !== 'exited') return 'unknown';
  if (answer.code === 0) return 'gone';
  return answer.stderr.includes('Input/output error') ? 'stands' : 'unknown';
};

/** khungtaskd names the task by the number it has on the host. */
const blockedTask: Ask = async (host, task) => {
  if (!/^\d+$/.test(task)) return 'gone';
  const answer = await host.readFile(`/proc/${task}/stat`);
  if (answer.kind === 'missing') return 'gone';
  if (answer.kind !== 'text') return 'unknown';
  // The name before the state may hold anything, parentheses too.
  return answer.text.slice(answer.text.lastIndexOf(')') + 2).startsWith('D') ? 'stands' : 'gone';
};

/** As full as this the next burst of connections fills it again. */
const STILL_FULL = 0.9;

const conntrack: Ask = async (host) => {
  const [count, max] = await Promise.all(
    ['count', 'max'].map((name) => textOf(host, `/proc/sys/net/netfilter/nf_conntrack_${name}`)),
  );
  if (count === undefined || max === undefined || !(Number(max) > 0)) return 'unknown';
  return Number(count) >= STILL_FULL * Number(max) ? 'stands' : 'gone';
};

const ASKED: Readonly<Partial<Record<Recheck, Ask>>> = {
  'read-only-mount': readOnlyMount,
  'xfs-shutdown': xfsShutdown,
  'blocked-task': blockedTask,
  conntrack,
};

/** What can be asked on a node. */
export const rechecks: ReadonlySet<Recheck> = new Set(Object.keys(ASKED) as Recheck[]);

/** Whether what a line said still holds. */
export async function recheck(host: HostView, { clearing, subject }: Claim): Promise<RecheckAnswer> {
  const ask = clearing.recheck === undefined ? undefined : ASKED[clearing.recheck];
  return (await ask?.(host, subject)) ?? 'unknown';
}
