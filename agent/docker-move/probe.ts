import {
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { copyArgv } from '../../lib/docker/rsync.ts';
import type { HostView } from '../../lib/host/host.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { seconds } from '../../lib/model/units.ts';
import { must } from './must.ts';
import { MoveFailure } from './node.ts';

export const PROBE = '.nodemend-probe';
const WITHIN = seconds(30);
const MiB = 2 ** 20;

const LAYERS = ['lower', 'upper', 'work', 'merged', 'copy', 'work-2'] as const;

async function withOverlay(
  host: HostView,
  at: string,
  upper: string,
  work: string,
  act: (merged: string) => void,
): Promise<void> {
  const [lower, merged] = [join(at, 'lower'), join(at, 'merged')];
  const options = `lowerdir=${lower},upperdir=${join(at, upper)},workdir=${join(at, work)}`;
  await must(host, ['mount', '-t', 'overlay', 'nodemend-probe', '-o', options, merged], WITHIN);
  try {
    act(merged);
  } finally {
    await must(host, ['umount', '--', merged], WITHIN);
  }
}

function wants(what: string, holds: boolean): void {
  if (!holds) throw new MoveFailure(what);
}

/** A deleted file must stay deleted, and a directory made anew stay empty: whiteouts, d_type and trusted.overlay.opaque at once. */
function mustHide(merged: string, whose: string): void {
  const names = readdirSync(merged);
  wants(`${whose} shows a file that was deleted: whiteouts or d_type do not work`, !names.includes('deleted'));
  const inside = readdirSync(join(merged, 'anew'));
  wants(`${whose} shows the old contents of a directory made anew: trusted.* attributes do not work`, !inside.includes('old'));
  wants(`${whose} does not show a changed file`, lstatSync(join(merged, 'kept')).size === 5);
}

function makeFiles(at: string): void {
  for (const layer of LAYERS) mkdirSync(join(at, layer), { recursive: true });
  mkdirSync(join(at, 'lower/anew'));
  for (const name of ['deleted', 'anew/old', 'kept']) writeFileSync(join(at, 'lower', name), 'old');
  writeFileSync(join(at, 'upper/linked'), 'one file');
  linkSync(join(at, 'upper/linked'), join(at, 'upper/other-name'));
  const sparse = openSync(join(at, 'upper/sparse'), 'w');
  ftruncateSync(sparse, 8 * MiB);
  writeSync(sparse, 'end', 8 * MiB - 3);
  closeSync(sparse);
}

function change(merged: string): void {
  rmSync(join(merged, 'deleted'));
  rmSync(join(merged, 'anew'), { recursive: true });
  mkdirSync(join(merged, 'anew'));
  writeFileSync(join(merged, 'kept'), 'newer');
}

/** The copy, by the copier itself, has one file under two names and a hole where there was one. */
function mustBeSame(copy: string): void {
  const [one, other] = [lstatSync(join(copy, 'linked')), lstatSync(join(copy, 'other-name'))];
  wants('hard links are not kept', one.ino === other.ino && one.nlink === 2);
  const sparse = lstatSync(join(copy, 'sparse'));
  wants('holes in files are not kept', sparse.size === 8 * MiB && sparse.blocks * 512 < MiB);
}

/** Leaves nothing behind; a mount of a run that was killed is taken away first. */
async function clear(host: HostView, at: string): Promise<void> {
  await must(host, ['umount', '--', join(at, 'merged')], WITHIN).catch(() => undefined);
  rmSync(at, { recursive: true, force: true });
}

/**
 * Whether the file system of `to` can hold what docker puts into one, tried and not looked up: an overlay on it, changed, copied by
 * rsync, and an overlay on the copy that must show the same. Throws what does not work.
 */
export async function probeTarget(host: HostView, to: string): Promise<void> {
  const at = join(to, PROBE);
  try {
    await clear(host, at);
    makeFiles(at);
    await withOverlay(host, at, 'upper', 'work', change);
    await withOverlay(host, at, 'upper', 'work', (merged) => mustHide(merged, 'an overlay'));
    await must(host, copyArgv(join(at, 'upper'), join(at, 'copy')), WITHIN);
    mustBeSame(join(at, 'copy'));
    await withOverlay(host, at, 'copy', 'work-2', (merged) => mustHide(merged, 'an overlay on a copy'));
  } catch (error) {
    throw new MoveFailure(`the file system of ${to} was tried and does not do: ${messageOf(error)}`, { cause: error });
  } finally {
    await clear(host, at);
  }
}
