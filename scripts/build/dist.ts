import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

export interface Dist {
  /** Replaces a file in one step, so that a program running from dist/ never sees half of one. */
  place(name: string, write: (path: string) => void): void;
  /** Nothing if there is no such thing to copy. */
  copy(from: string, name: string): void;
  link(to: string, name: string): void;
  /** Removes what nobody placed. */
  sweep(): void;
  readonly placed: ReadonlySet<string>;
}

/** The tree of /opt/nodemend: what may be executed in bin/, because SELinux labels it there; programs in lib/. */
export function openDist(directory: string): Dist {
  const placed = new Set<string>();

  function place(name: string, write: (path: string) => void): void {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(`${path}.new`, { force: true, recursive: true });
    write(`${path}.new`);
    if (existsSync(path) && statSync(path).isDirectory()) rmSync(path, { recursive: true });
    renameSync(`${path}.new`, path);
    placed.add(name);
  }

  const isPlaced = (path: string) =>
    [...placed].some((name) => name === path || path.startsWith(`${name}/`) || name.startsWith(`${path}/`));

  return {
    placed,
    place,
    copy(from, name) {
      if (existsSync(from)) place(name, (path) => cpSync(from, path, { recursive: true }));
    },
    link: (to, name) => place(name, (path) => symlinkSync(to, path)),
    sweep() {
      for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!isPlaced(relative(directory, path))) rmSync(path, { recursive: true, force: true });
      }
    },
  };
}

/** A hard link where the file system allows: 120 MB that need not exist twice. */
export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
