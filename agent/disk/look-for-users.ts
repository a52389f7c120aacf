import type { HostView } from '../../lib/host/host.ts';
import type { SpaceRequest, SpaceUsers } from '../../lib/model/space.ts';
import { type Duration, MiB, seconds } from '../../lib/model/units.ts';
import type { Concerned } from './concerned.ts';
import { diskProgram, runIdle, saidBy } from './program.ts';

/** Two million inodes of ext4 that nobody has read before are 512 MiB. */
export const MOST_READ = 512 * MiB;
/** Until node runs, and for what it has to say: on a node that is busy it gets little of the processor. */
const AROUND = seconds(2);

/** The largest users by mount point; a text: why they are not known. */
export type Looked = ReadonlyMap<string, SpaceUsers | string>;

/** For a person who waits: one child for each filesystem, side by side. */
export async function lookForUsers(host: HostView, concerned: readonly Concerned[], left: Duration): Promise<Looked> {
  const within = left - AROUND;
  const looked = concerned.map(async ({ filesystem }) => {
    const request: SpaceRequest = { filesystem, within, mostRead: MOST_READ };
    const result = await runIdle(host, diskProgram('users', request), within + AROUND);
    return [filesystem, saidBy<SpaceUsers>(result)] as const;
  });
  return new Map(await Promise.all(looked));
}
