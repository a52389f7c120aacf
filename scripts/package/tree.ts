import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MACHINE, type Release } from './release.ts';
import { run } from './run.ts';

export const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();

/** As `sha256sum` writes and reads them. */
export const sumsOf = (directory: string, files: readonly string[]): string =>
  files
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(join(directory, file)))
          .digest('hex')}  ${file}\n`,
    )
    .join('');

function checkRuntime(path: string, arch: Release['arch']): void {
  if (!existsSync(path)) throw new Error(`${path}: no such runtime; give one: --node-binary FILE`);
  const head = readFileSync(path).subarray(0, 20);
  if (head.readUInt32BE(0) !== 0x7f454c46 || head[18] !== MACHINE[arch].elf) {
    throw new Error(`${path}: no Linux program for ${arch}; give one: --node-binary FILE --arch ${arch}`);
  }
}

/** Symbols of a program of another machine may be out of the local strip's reach: then it stays as it is. */
function strip(path: string, release: Release): void {
  try {
    run('strip', ['--strip-unneeded', '--preserve-dates', path], { cwd: release.scratch, epoch: release.epoch });
  } catch (error) {
    console.error(`its runtime is not stripped: ${String(error).trim().split('\n').at(-1)}`);
  }
}

/** What /opt/nodemend is to hold: the built program without source maps, the stripped runtime, and the sums of all of it. */
export function layTree(dist: string, node: string, release: Release): void {
  checkRuntime(node, release.arch);
  mkdirSync(release.tree, { recursive: true });
  for (const name of readdirSync(dist)) {
    if (name !== 'node' && !name.endsWith('.map')) cpSync(join(dist, name), join(release.tree, name), { recursive: true });
  }
  const runtime = join(release.tree, 'node');
  copyFileSync(node, runtime);
  strip(runtime, release);
  writeFileSync(join(release.tree, 'VERSION'), `${release.version}\n`);
  writeFileSync(join(release.tree, 'SHA256SUMS'), sumsOf(release.tree, filesBelow(release.tree)));
  run('chmod', ['-R', 'u=rwX,go=rX', release.tree], { cwd: release.scratch, epoch: release.epoch });
  run('find', ['.', '-exec', 'touch', '-h', '-d', `@${release.epoch}`, '{}', '+'], { cwd: release.tree, epoch: release.epoch });
}

export const sizeOf = (path: string): string => `${(statSync(path).size / 1024 / 1024).toFixed(1)} MiB`;
