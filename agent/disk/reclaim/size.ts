import type { Headroom } from '../../../lib/model/reclaim.ts';
import { type Duration, MiB } from '../../../lib/model/units.ts';
import { bytesRead, walk } from '../walk.ts';

const MOST_READ = 128 * MiB;

/** What these directories hold; undefined: not all of it could be counted in time. */
export function sizeOfDirectories(directories: readonly string[], within: Duration): Headroom | undefined {
  const until = performance.now() + within;
  let [bytes, inodes] = [0, 0];
  for (const directory of directories) {
    const walked = walk(directory, {
      within: until - performance.now(),
      mostRead: MOST_READ,
      mountPoints: new Set(),
      clock: () => performance.now(),
      read: bytesRead,
    });
    if (walked.cut !== undefined) return undefined;
    bytes += walked.bytes;
    inodes += walked.inodes + (walked.denied > 0 ? 0 : 1);
  }
  return { bytes, inodes };
}
