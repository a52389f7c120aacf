/** In the target: that it is ours, and that its file system is mounted. */
export const MARKER = '.nodemend-move';

/** At the top alone: the marker, and what mkfs puts into a file system of its own. */
const EXCLUDED = [MARKER, 'lost+found'];

export const isForeign = (path: string): boolean => EXCLUDED.some((name) => path === name || path.startsWith(`${name}/`));

/**
 * Permissions, owners by number, times, devices and pipes (-a), hard links (-H), ACLs (-A), extended attributes – trusted.overlay.*
 * too, which only root has – (-X), holes (-S), one file system (-x); what docker deleted since an earlier copy is deleted (--delete).
 */
const SAME = [
  '-aHAXSx',
  '--numeric-ids',
  '--delete',
  // A filter of ours is in the place of its own, which leaves system.* to -A. XFS shows an ACL as an attribute, too: taken for one that
  // the source has not, it is deleted, and the ACL with it (seen with 3.5.0 from ext4 to XFS, on directories).
  '--filter=-x system.*',
  '--filter=-x trusted.SGI_ACL_*',
  ...EXCLUDED.map((name) => `--exclude=/${name}`),
];

type Argv = readonly [string, ...string[]];

/** Without --no-inc-recursive the share that is done would fall while more files are found. */
export const copyArgv = (from: string, to: string): Argv => [
  'rsync',
  ...SAME,
  '--no-inc-recursive',
  '--info=progress2',
  '--outbuf=L',
  `${from}/`,
  `${to}/`,
];

/** Names every difference and changes nothing. `checksum`: the contents too, not size and time alone. */
export const compareArgv = (from: string, to: string, checksum: boolean): Argv => [
  'rsync',
  ...SAME,
  '--dry-run',
  '--itemize-changes',
  ...(checksum ? ['--checksum'] : []),
  `${from}/`,
  `${to}/`,
];

/** A copier of ours, whoever started it, by its command line. */
export function isCopier(argv: readonly string[], to: string): boolean {
  const program = argv[0]?.split('/').at(-1);
  return program === 'rsync' && argv.includes(`--exclude=/${MARKER}`) && argv.includes(`${to}/`);
}

/** `rsync  version 3.2.7  protocol version 31`; undefined: not rsync. */
export function rsyncVersion(text: string): readonly [number, number] | undefined {
  const [, major, minor] = /^rsync\s+version\s+v?(\d+)\.(\d+)/m.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

/** Of the distributions whose nodes run docker. */
export function installHint(ids: readonly string[]): string {
  if (ids.some((id) => ['debian', 'ubuntu'].includes(id))) return 'apt-get install rsync';
  if (ids.some((id) => ['fedora', 'rhel', 'centos', 'ol', 'amzn'].includes(id))) return 'yum install rsync';
  if (ids.some((id) => id.includes('suse'))) return 'zypper install rsync';
  return "install the distribution's package rsync";
}
