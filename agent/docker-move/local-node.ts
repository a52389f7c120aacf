import { dockerOwnMount } from '../../lib/docker/mounts.ts';
import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import type { HostView } from '../../lib/host/host.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { PAUSE_FILE } from '../../lib/model/pause-file.ts';
import { minutes } from '../../lib/model/units.ts';
import { parseMountinfo } from '../../lib/sources/host/mounts.ts';
import { liftPause, writePause } from '../pausing.ts';
import { whoAmI } from '../person.ts';
import { configFiles } from './config-files.ts';
import { copier } from './copier.ts';
import { inventoryOf } from './docker-api.ts';
import { readText } from './durable.ts';
import { journalFile, saveJournal } from './journal-file.ts';
import { must } from './must.ts';
import { type LeftMount, MoveFailure, type MoveNode } from './node.ts';
import { unitControl } from './units.ts';

export interface LocalNodeParts {
  readonly host: HostView;
  readonly stateDirectory: string;
  readonly socketPath: string;
  readonly to: string;
  readonly signal?: AbortSignal;
}

/** docker waits for each as long as it was told when it was made (10 s), all at once. */
const CONTAINERS = minutes(10);
const REASON = 'docker migrate-data is at work';

/** Before the first answer it is waited for; later a daemon that has gone is asked once. */
async function mountsBelow(host: HostView, root: string): Promise<readonly LeftMount[]> {
  const answer = await host.readFile('/proc/self/mountinfo', { maxBytes: 8 * 2 ** 20 });
  if (answer.kind !== 'text' || answer.truncated) throw new MoveFailure('the mounts of this host could not be read');
  return parseMountinfo(answer.text)
    .filter(({ point }) => point.startsWith(`${root}/`))
    .map(({ point, type }) => ({ point, type, own: dockerOwnMount(root, point, type) }));
}

const docker = (host: HostView, verb: string, ids: readonly string[]) =>
  must(host, ['docker', verb, ...ids], CONTAINERS).then(() => undefined);

/** The host itself. */
export function localMoveNode({ host, stateDirectory, socketPath, to, signal }: LocalNodeParts): MoveNode {
  const units = unitControl(host);
  return {
    ...units,
    ...copier(host, to, signal),
    ...configFiles(stateDirectory, units.reload),
    now: () => new Date(host.clock.now()).toISOString(),
    save: async (journal: MoveJournal) => saveJournal(journalFile(stateDirectory), journal),
    async pause() {
      if (readText(PAUSE_FILE) !== undefined) return;
      const order = { reason: REASON, by: `paused by ${whoAmI()}`, at: host.clock.now() };
      await writePause(PAUSE_FILE, order).catch((error: unknown) => {
        throw new MoveFailure(messageOf(error));
      });
    },
    async unpause() {
      if (readText(PAUSE_FILE)?.includes(`reason: ${REASON}`) === true) await liftPause(PAUSE_FILE, host.clock.now());
    },
    inventory: () => inventoryOf(host, socketPath),
    stopContainers: (ids) => docker(host, 'stop', ids),
    startContainers: (ids) => docker(host, 'start', ids),
    mountsBelow: (root) => mountsBelow(host, root),
    unmount: (point) => must(host, ['umount', '--', point], minutes(1)).then(() => undefined),
    flush: async () => {
      // coreutils before 8.24 knows no --file-system.
      await must(host, ['sync', '-f', to], minutes(30)).catch(() => must(host, ['sync'], minutes(30)));
    },
  };
}
