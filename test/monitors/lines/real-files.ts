import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LogFile, LogFiles, Sibling } from '../../../lib/monitors/lines/log-file.ts';

async function openFile(path: string): Promise<LogFile | undefined> {
  const handle = await open(path).catch(() => undefined);
  if (handle === undefined) return undefined;
  const { dev, ino } = await handle.stat();
  return {
    path: await realpath(path),
    device: dev,
    inode: ino,
    async read(position, length) {
      const { size } = await handle.stat();
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}

async function besides(path: string): Promise<readonly Sibling[]> {
  const names = (await readdir(dirname(path)).catch(() => [])).filter((name) => name.startsWith(basename(path)));
  const found = await Promise.all(
    names.map(async (name) => {
      const one = join(dirname(path), name);
      const info = await stat(one).catch(() => undefined);
      return info?.isFile()
        ? { path: one, device: info.dev, inode: info.ino, size: info.size, modified: info.mtimeMs }
        : undefined;
    }),
  );
  return found.flatMap((one) => one ?? []);
}

/** A real file system, as the agent's own will be. */
export const realFiles: LogFiles = {
  open: openFile,
  async siblings(path) {
    const real = await realpath(path).catch(() => path);
    return [...(await besides(path)), ...(real === path ? [] : await besides(real))];
  },
};
