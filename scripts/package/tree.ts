import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Release } from './release.ts';
import { run } from './run.ts';
import { checkRuntime, withRuntime } from './runtime.ts';

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

/** GNU strip knows its own machine alone; the other ones' bear their name, LLVM's knows all. */
const STRIPS: Readonly<Record<Release['arch'], readonly string[]>> = {
  x64: ['strip', 'x86_64-linux-gnu-strip', 'llvm-strip'],
  arm64: ['strip', 'aarch64-linux-gnu-strip', 'llvm-strip'],
};

/** Where no strip knows the machine the program stays as it is. */
function strip(path: string, { arch, scratch, epoch }: Release): void {
  const complaints: string[] = [];
  for (const program of STRIPS[arch]) {
    try {
      run(program, ['--strip-unneeded', '--preserve-dates', path], { cwd: scratch, epoch });
      return;
    } catch (error) {
      complaints.push(String(error).trim().split('\n').at(-1) ?? '');
    }
  }
  console.error(`its runtime is not stripped: ${complaints[0]}`);
}

/** The sums of all of it; then what differs between two builds goes: modes, times. */
export function settle(tree: string, { epoch, scratch }: Pick<Release, 'epoch' | 'scratch'>): void {
  writeFileSync(join(tree, 'SHA256SUMS'), sumsOf(tree, filesBelow(tree)));
  run('chmod', ['-R', 'u=rwX,go=rX', tree], { cwd: scratch, epoch });
  run('find', ['.', '-exec', 'touch', '-h', '-d', `@${epoch}`, '{}', '+'], { cwd: tree, epoch });
}

/** Sorted, of root, of one time: two builds give the same bytes. */
export function packTree(tree: string, name: string, { epoch, out }: Pick<Release, 'epoch' | 'out'>): string {
  const file = join(out, `${name}.tar.gz`);
  const words = ['--sort=name', '--format=gnu', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
  // S: names alone, never what a link says.
  run('tar', [...words, `--transform=s,^\\.,${name},S`, '-I', 'gzip -9 -n', '-cf', file, '.'], { cwd: tree, epoch });
  return file;
}

const isShipped = (path: string) => !path.endsWith('.map') && !path.endsWith('bin/node');

/** What /opt/nodemend is to hold: the built program without source maps, the stripped runtime, and the sums of all of it. */
export function layTree(dist: string, node: string, release: Release): void {
  checkRuntime(node, release.arch);
  cpSync(dist, release.tree, { recursive: true, verbatimSymlinks: true, filter: isShipped });
  const runtime = join(release.tree, 'bin/node');
  copyFileSync(node, runtime);
  strip(runtime, release);
  if (release.foreignRuntime) {
    const bom = join(release.tree, 'sbom.cdx.json');
    writeFileSync(bom, withRuntime(readFileSync(bom, 'utf8'), node));
  }
  writeFileSync(join(release.tree, 'VERSION'), `${release.version}\n`);
  settle(release.tree, release);
}

export const sizeOf = (path: string): string => `${(statSync(path).size / 1024 / 1024).toFixed(1)} MiB`;
