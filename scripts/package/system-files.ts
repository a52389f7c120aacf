import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Release } from './release.ts';

export const CONFIGURATION = 'etc/nodemend/config.yaml';

/** Lays out a root as a package brings it. `units`: systemd's directory for units of packages, relative to the root. */
export function layRoot(root: string, { tree }: Pick<Release, 'tree'>, units: string): void {
  const files = {
    'nodemend.service': join(units, 'nodemend.service'),
    'nodemend.slice': join(units, 'nodemend.slice'),
    'nodemend.tmpfiles.conf': 'usr/lib/tmpfiles.d/nodemend.conf',
    'config.example.yaml': CONFIGURATION,
  };
  cpSync(tree, join(root, 'opt/nodemend'), { recursive: true, preserveTimestamps: true });
  for (const [name, path] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(tree, 'systemd', name), join(root, path), { preserveTimestamps: true });
  }
  for (const path of ['etc/nodemend/conf.d', 'etc/nodemend/monitors', 'usr/bin'])
    mkdirSync(join(root, path), { recursive: true });
  symlinkSync('/opt/nodemend/nodemend', join(root, 'usr/bin/nodemend'));
}
