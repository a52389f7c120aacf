import { type FSWatcher, watch } from 'node:fs';
import { readlink, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { bounded } from './within.ts';

export interface FileWatch {
  close(): void;
}

/** What happened: bytes came (or it was touched), or the name may be another file's. */
export type FileEvent = 'grown' | 'moved';

/** `isThere`: a file has the name now. */
export type WatchFile = (path: string, isThere: boolean, heard: (event: FileEvent) => void) => Promise<FileWatch | undefined>;

/** statfs(2), f_type: file systems of the node's own. Of the others inotify hears only what this node does, and asking may hang. */
const LOCAL = new Set([
  0xef53, // ext2 to ext4
  0x58465342, // XFS
  0x9123683e, // btrfs
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlayfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
]);

const isLink = (path: string) =>
  readlink(path).then(
    () => true,
    () => false,
  );

/** A file, whatever name it has later. It tells of its own removal, too. */
const watchContent = (path: string, heard: (event: FileEvent) => void): FSWatcher =>
  watch(path, { persistent: false }, (event) => heard(event === 'change' ? 'grown' : 'moved'));

/** A name, by its directory: everything else that happens there is heard, too, so only where nothing else tells. */
function watchName(path: string, heard: (event: FileEvent) => void): FSWatcher {
  const own = basename(path);
  return watch(dirname(path), { persistent: false }, (_, name) => {
    if (name === own) heard('moved');
  });
}

/** Hears of a log by inotify; undefined: it has to be asked, because it is on another machine's disk or inotify has no place left. */
export const watchFile: WatchFile = async (path, isThere, heard) => {
  const watchers: FSWatcher[] = [];
  const close = () => {
    for (const watcher of watchers) watcher.close();
  };
  try {
    const { type } = await bounded(`statfs of ${path}`, () => statfs(isThere ? path : dirname(path)));
    if (!LOCAL.has(type)) return undefined;
    if (isThere) watchers.push(watchContent(path, heard));
    if (!isThere || (await isLink(path))) watchers.push(watchName(path, heard));
    for (const watcher of watchers) watcher.on('error', close);
    return { close };
  } catch {
    close();
    return undefined;
  }
};
