import { cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sumsOf } from '../../scripts/package/tree.ts';

const ROOT = join(import.meta.dirname, '../..');

export function write(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode });
}

/** A program for that machine, which needs that C library: as much of it as an installer looks at. */
function runtime(glibc: string, machine = 62): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46, 0);
  head[18] = machine;
  return Buffer.concat([head, Buffer.from(`\0GLIBC_2.2.5\0GLIBC_${glibc}\0`)]);
}

export interface FakeRelease {
  readonly version: string;
  readonly glibc?: string;
  readonly machine?: number;
}

/** An unpacked release with the real install.sh and the real units. */
export function release(directory: string, { version, glibc = '2.28', machine = 62 }: FakeRelease): string {
  write(join(directory, 'bin/nodemend'), `#!/bin/sh\necho ${version}\n`, 0o755);
  write(join(directory, 'bin/node'), runtime(glibc, machine), 0o755);
  write(join(directory, 'lib/cli.cjs'), `// ${version}\n`);
  write(join(directory, 'VERSION'), `${version}\n`);
  for (const name of ['install.sh', 'systemd']) cpSync(join(ROOT, name), join(directory, name), { recursive: true });
  symlinkSync('bin/nodemend', join(directory, 'nodemend'));
  write(join(directory, 'SHA256SUMS'), sumsOf(directory, ['bin/node', 'bin/nodemend', 'lib/cli.cjs', 'VERSION']));
  return directory;
}

/** Every path below it, with what a link says and what a file holds. */
export function everything(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(directory.length);
      if (entry.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`;
      return entry.isFile() ? `${name} ${readFileSync(path).toString('base64')}` : `${name}/`;
    })
    .sort();
}
