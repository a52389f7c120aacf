import { statfsSync } from 'node:fs';
import { largest } from '../../lib/disk/largest.ts';
import type { Clock, HostView } from '../../lib/host/host.ts';
import type { SpaceRequest, SpaceUser, SpaceUsers } from '../../lib/model/space.ts';
import { type Duration, MiB } from '../../lib/model/units.ts';
import { deviceName } from '../../lib/sources/eviction/eviction-filesystems.ts';
import { type Mount, mountOf, parseMountinfo } from '../../lib/sources/host/mounts.ts';
import { deletedFiles } from './deleted.ts';
import { openNames } from './names.ts';
import { bytesRead, walk } from './walk.ts';

const MOST = 10;
/** Of the whole time, for descriptors and names. */
const FOR_THE_REST = 0.2;

async function readMounts(host: HostView): Promise<readonly Mount[]> {
  const table = await host.readFile('/proc/self/mountinfo', { maxBytes: 8 * MiB });
  return table.kind === 'text' ? parseMountinfo(table.text) : [];
}

/** Devices whose files take space here: the filesystem's own, and overlays that write to it. */
function devicesOf(mounts: readonly Mount[], filesystem: string): ReadonlySet<string> {
  const own = mountOf(mounts, filesystem)?.device;
  const overlays = mounts.filter(({ superOptions }) => {
    const upper = superOptions.find((option) => option.startsWith('upperdir='))?.slice('upperdir='.length);
    return upper !== undefined && mountOf(mounts, upper)?.device === own;
  });
  return new Set([...(own === undefined ? [] : [own]), ...overlays.map(({ device }) => device)]);
}

/** What is free for root alone is in use by nobody. */
function usedOf(filesystem: string): SpaceUsers['used'] {
  const { bsize, blocks, bfree, files, ffree } = statfsSync(filesystem);
  return { bytes: (blocks - bfree) * bsize, inodes: files - ffree };
}

/** The rest of the time that is left is for descriptors and names. */
function walkedOf(mounts: readonly Mount[], { filesystem, within, mostRead }: SpaceRequest, clock: Clock, began: Duration) {
  return walk(filesystem, {
    within: within * (1 - FOR_THE_REST) - (clock.monotonic() - began),
    mostRead,
    mountPoints: new Set(mounts.map(({ point }) => point).filter((point) => point !== filesystem)),
    clock: clock.monotonic,
    read: bytesRead,
  });
}

function deletedOf(mounts: readonly Mount[], { filesystem, within }: SpaceRequest, clock: Clock) {
  const devices = devicesOf(mounts, filesystem);
  return deletedFiles({
    isHere: (device) => devices.has(deviceName(device)),
    within: (within * FOR_THE_REST) / 2,
    clock: clock.monotonic,
    most: MOST,
  });
}

/** Counts one filesystem and names its largest users. For a process of its own: it reads without pause until its time is over. */
export async function findSpaceUsers(host: HostView, request: SpaceRequest): Promise<SpaceUsers> {
  const { filesystem } = request;
  const { clock } = host;
  const began = clock.monotonic();
  const mounts = await readMounts(host);
  const { bytes, inodes, tree, denied, cut } = walkedOf(mounts, request, clock, began);
  const deleted = deletedOf(mounts, request, clock);
  const names = await openNames(host, mounts);
  const named = async <One extends SpaceUser>(one: One) => ({ ...one, ...present(await names.ofPath(one.path)) });
  return {
    filesystem,
    byBytes: await Promise.all(largest(tree, 'bytes', MOST).map(named)),
    byInodes: await Promise.all(largest(tree, 'inodes', MOST).map(named)),
    deleted: await Promise.all(deleted.map(async (file) => ({ ...file, ...present(await names.ofProcess(file.pid)) }))),
    seen: { bytes, inodes },
    used: usedOf(filesystem),
    took: Math.round(clock.monotonic() - began),
    denied,
    ...(cut === undefined ? {} : { cut }),
  };
}

const present = (of: string | undefined) => (of === undefined ? {} : { of });
