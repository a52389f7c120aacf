import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { write } from './fake-release.ts';

/** Where a distribution has what an installer asks about; nothing else of it. */
export interface Layout {
  readonly directories: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Its /usr cannot be written. */
  readonly readOnlyUsr: boolean;
}

const glibc = (version: string) => `\0GNU C Library (${version}) stable release version ${version}.\n`;
const COMMON = ['etc/systemd/system', 'etc/tmpfiles.d', 'opt', 'var/lib', 'usr/bin'];
const MERGED = { bin: 'usr/bin', lib: 'usr/lib', lib64: 'usr/lib64' };

export const layouts = {
  'Ubuntu 24.04': {
    directories: [...COMMON, 'usr/local/bin', 'usr/lib64', 'var/lib/dpkg/info'],
    links: MERGED,
    files: {
      'usr/lib/x86_64-linux-gnu/libc.so.6': glibc('2.39'),
      'usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-255.so': '',
      'lib/modules/6.8.0-45-generic/modules.dep': '',
    },
    readOnlyUsr: false,
  },
  'RHEL 9': {
    directories: [...COMMON, 'usr/local/bin', 'usr/lib', 'var/lib/rpm'],
    links: MERGED,
    files: {
      'usr/lib64/libc.so.6': glibc('2.34'),
      'usr/lib/systemd/libsystemd-shared-252-46.el9_5.2.so': '',
      'lib/modules/5.14.0-503.el9.x86_64/modules.dep': '',
    },
    readOnlyUsr: false,
  },
  'CentOS 7': {
    directories: [...COMMON, 'usr/local/bin', 'usr/lib', 'var/lib/rpm'],
    links: { ...MERGED, 'usr/lib64/libc.so.6': 'libc-2.17.so' },
    files: { 'usr/lib64/libc-2.17.so': glibc('2.17'), 'lib/modules/3.10.0-1160.el7.x86_64/modules.dep': '' },
    readOnlyUsr: false,
  },
  Flatcar: {
    directories: [...COMMON, 'usr/local/bin', 'usr/lib'],
    links: MERGED,
    files: {
      'usr/lib64/libc.so.6': glibc('2.38'),
      'usr/lib/systemd/libsystemd-shared-255.so': '',
      'lib/modules/6.6.54-flatcar/modules.dep': '',
    },
    readOnlyUsr: true,
  },
} as const satisfies Readonly<Record<string, Layout>>;

export function layOut(root: string, { directories, links, files }: Layout): void {
  for (const path of directories) mkdirSync(join(root, path), { recursive: true });
  mkdirSync(join(root, 'usr/lib64'), { recursive: true });
  for (const [path, text] of Object.entries(links)) symlinkSync(text, join(root, path));
  for (const [path, content] of Object.entries(files)) write(join(root, path), content);
}
