import { join } from 'node:path';
import type { Release } from './release.ts';
import { run } from './run.ts';

/** Sorted, of root, of one time: two builds give the same bytes. */
export function tarball({ version, arch, epoch, tree, out }: Release): string {
  const name = `nodemend-${version}-linux-${arch}`;
  const file = join(out, `${name}.tar.gz`);
  const words = ['--sort=name', '--format=gnu', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
  run('tar', [...words, `--transform=s,^\\.,${name},`, '-I', 'gzip -9 -n', '-cf', file, '.'], { cwd: tree, epoch });
  return file;
}
