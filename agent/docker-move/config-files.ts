import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import { MARKER } from '../../lib/docker/rsync.ts';
import { readText, removeDurably, writeDurably } from './durable.ts';
import type { MoveNode } from './node.ts';

/** Where the target's mount is missing docker must not start: it would begin anew below the empty mount point. */
const REQUIRES = '/etc/systemd/system/docker.service.d/50-nodemend-data-root.conf';
const requires = (to: string) => `# Written by nodemend docker migrate-data: docker's data root is below this mount.
[Unit]
RequiresMountsFor=${to}
`;

export const markerFile = (to: string): string => `${to}/${MARKER}`;

export function configFiles(
  stateDirectory: string,
  reload: () => Promise<void>,
): Pick<MoveNode, 'readConfig' | 'switchConfig' | 'restoreConfig' | 'targetTrouble' | 'removeMarker'> {
  const restoreText = ({ config: { path, before, after, mode } }: MoveJournal) => {
    const found = readText(path) ?? null;
    if (found === before) return;
    if (found !== null && found !== after) writeDurably(`${stateDirectory}/daemon.json.found`, found, 0o600);
    if (before === null) removeDurably(path);
    else writeDurably(path, before, mode);
  };
  return {
    readConfig: async ({ config }) => readText(config.path),
    async switchConfig({ to, config }) {
      writeDurably(REQUIRES, requires(to), 0o644);
      writeDurably(config.path, config.after, config.mode);
      await reload();
    },
    async restoreConfig(journal) {
      restoreText(journal);
      removeDurably(REQUIRES);
      await reload();
    },
    async targetTrouble({ id, to }) {
      const marker = readText(markerFile(to))?.trim();
      if (marker === id) return undefined;
      if (marker === undefined) return `${markerFile(to)} is missing: is the file system of ${to} mounted?`;
      return `${to} belongs to another move`;
    },
    async removeMarker({ to }) {
      removeDurably(markerFile(to));
    },
  };
}
