import { lstatSync, realpathSync } from 'node:fs';
import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import type { HostView } from '../../lib/host/host.ts';
import { stream } from '../../lib/host/stream.ts';
import { seconds } from '../../lib/model/units.ts';
import { inventoryOf } from './docker-api.ts';
import { readMounts } from './look-target.ts';
import { lastLine } from './must.ts';
import { MoveFailure } from './node.ts';

/** Why the old data must stay; undefined: docker works without it. Asked right before, and of docker itself. */
export async function whyKeepOld(host: HostView, journal: MoveJournal, socketPath: string): Promise<string | undefined> {
  const { outcome, from, to, roots } = journal;
  if (outcome !== 'moved') return `the last move ended as ${outcome ?? 'under way'}, not as moved`;
  const now = await inventoryOf(host, socketPath, seconds(5));
  if (now.root !== roots.after) return `docker's root is ${now.root} and not ${roots.after}`;
  if (!lstatSync(from).isDirectory()) return `${from} is not a directory`;
  const real = realpathSync(from);
  if (real !== from) return `${from} leads to ${real} by a symbolic link`;
  if (`${realpathSync(to)}/`.startsWith(`${real}/`)) return `${to} is inside of ${from}`;
  const mount = (await readMounts(host)).find(({ point }) => point.startsWith(`${from}/`));
  return mount === undefined ? undefined : `${mount.point} is mounted inside of it (${mount.type})`;
}

/** The directory itself stays: it may be a mount point. find opens each directory without following links, and -xdev stays on its file system. */
export async function removeOld({ from }: MoveJournal): Promise<void> {
  const end = await stream(['find', from, '-xdev', '-mindepth', '1', '-delete'], { onText: () => undefined });
  if (end.kind === 'exited' && end.code === 0) return;
  throw new MoveFailure(end.kind === 'exited' ? lastLine(end.complaint) : `find did not end by itself (${end.kind})`);
}
