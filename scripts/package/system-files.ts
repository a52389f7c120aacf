import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Release } from './release.ts';

export const CONFIGURATION = 'etc/nodemend/config.yaml';

/** From the program's tree to where systemd, shells and man look. */
const PLACES: Readonly<Record<string, string>> = {
  'systemd/nodemend.service': 'usr/lib/systemd/system/nodemend.service',
  'systemd/nodemend.slice': 'usr/lib/systemd/system/nodemend.slice',
  'systemd/nodemend.tmpfiles.conf': 'usr/lib/tmpfiles.d/nodemend.conf',
  'systemd/config.example.yaml': CONFIGURATION,
  'share/completions/nodemend.bash': 'usr/share/bash-completion/completions/nodemend',
  'share/completions/nodemend.fish': 'usr/share/fish/vendor_completions.d/nodemend.fish',
};

export const MANUAL = 'usr/share/man/man8/nodemend.8.gz';
const COMMANDS = ['usr/bin/nodemend', 'usr/bin/kubectl-nodemend'] as const;

export interface Packager {
  /** Where its distributions have zsh look for what packages bring. */
  readonly zsh: string;
}

/** Every file outside /opt/nodemend. */
export const systemFiles = ({ zsh }: Packager): readonly string[] =>
  [...Object.values(PLACES), join(zsh, '_nodemend'), MANUAL, ...COMMANDS].sort();

/** Lays out a root as a package brings it. */
export function layRoot(root: string, { tree }: Pick<Release, 'tree'>, { zsh }: Packager): void {
  cpSync(tree, join(root, 'opt/nodemend'), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  for (const [from, to] of Object.entries({ ...PLACES, 'share/completions/_nodemend': join(zsh, '_nodemend') })) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(join(tree, from), join(root, to), { preserveTimestamps: true });
  }
  for (const path of ['etc/nodemend/conf.d', 'etc/nodemend/monitors', 'usr/bin', dirname(MANUAL)])
    mkdirSync(join(root, path), { recursive: true });
  // zlib writes no name and no time.
  writeFileSync(join(root, MANUAL), gzipSync(readFileSync(join(tree, 'share/man/man8/nodemend.8')), { level: 9 }));
  for (const command of COMMANDS) symlinkSync('/opt/nodemend/bin/nodemend', join(root, command));
}
