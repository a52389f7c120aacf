import { lstatSync, readdirSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MoveFacts } from '../../lib/docker/preflight.ts';
import { MARKER } from '../../lib/docker/rsync.ts';
import type { HostView } from '../../lib/host/host.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { parseFstab } from '../../lib/sources/host/fstab.ts';
import { type Mount, mountOf, parseMountinfo } from '../../lib/sources/host/mounts.ts';
import { readUnitProperties } from '../../lib/sources/host/unit-properties.ts';
import { readText } from './durable.ts';
import { must } from './must.ts';
import { MoveFailure } from './node.ts';
import { PROBE } from './probe.ts';

/** One walk of the tree for each; of a large root minutes. */
const WALK = minutes(60);

export async function sizeOf(host: HostView, path: string): Promise<{ readonly bytes: number; readonly inodes: number }> {
  const count = async (unit: string) => {
    const result = await host.run(['du', '-sx', unit, '--', path], { deadline: WALK });
    const number = result.kind === 'exited' ? Number.parseInt(result.stdout, 10) : Number.NaN;
    // It complains of files that went while it walked, and counts the rest.
    if (Number.isNaN(number)) throw new MoveFailure(`du of ${path} gave no number (${result.kind})`);
    return number;
  };
  return { bytes: await count('--block-size=1'), inodes: await count('--inodes') };
}

export async function readMounts(host: HostView): Promise<readonly Mount[]> {
  const answer = await host.readFile('/proc/self/mountinfo', { maxBytes: 8 * 2 ** 20 });
  if (answer.kind !== 'text' || answer.truncated) throw new MoveFailure('the mounts of this host could not be read');
  return parseMountinfo(answer.text);
}

function nearest(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return nearest(dirname(path));
  }
}

function kindOf(path: string): MoveFacts['target']['kind'] {
  try {
    return lstatSync(path).isDirectory() ? 'directory' : 'other';
  } catch {
    return 'missing';
  }
}

/** A line of fstab becomes a unit of systemd's generator, but not in a container, where fstab is somebody else's affair. */
async function isPermanent(host: HostView, point: string): Promise<boolean> {
  const lines = parseFstab(readText('/etc/fstab') ?? '');
  if (point === '/' || lines.some((line) => line.point === point && !line.options.includes('noauto'))) return true;
  const unit = (await must(host, ['systemd-escape', '--path', '--suffix=mount', point], seconds(10))).trim();
  const answer = await readUnitProperties(host, [unit], ['FragmentPath']);
  return answer.kind === 'units' && (answer.units[0]?.FragmentPath ?? '') !== '';
}

/** `id`: of the last move, whose copy may be there. */
export async function lookAtTarget(
  host: HostView,
  to: string,
  from: string,
  id: string | undefined,
): Promise<MoveFacts['target']> {
  const kind = kindOf(to);
  const at = nearest(to);
  const mount = mountOf(await readMounts(host), at);
  if (mount === undefined) throw new MoveFailure(`no mount holds ${at}`);
  const { bavail, bsize, files, ffree } = statfsSync(at);
  const marker = kind === 'directory' ? readText(`${to}/${MARKER}`)?.trim() : undefined;
  const ours = marker !== undefined && marker === id;
  return {
    kind,
    names: kind === 'directory' ? readdirSync(to).filter((name) => name !== PROBE) : [],
    ours,
    sameFilesystem: statSync(at).dev === statSync(from).dev,
    permanent: await isPermanent(host, mount.point),
    mountPoint: mount.point,
    type: mount.type,
    readOnly: [...mount.options, ...mount.superOptions].includes('ro'),
    bytesAvailable: bavail * bsize,
    inodes: files,
    inodesFree: ffree,
    copied: ours ? (await sizeOf(host, to)).bytes : 0,
  };
}
