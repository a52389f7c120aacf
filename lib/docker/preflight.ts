import { formatBytes } from '../model/quantity.ts';
import type { Bytes } from '../model/units.ts';

/** What is known of a host before a move; nothing of it was touched. */
export interface MoveFacts {
  readonly from: string;
  readonly to: string;
  readonly docker: {
    readonly version: string;
    readonly driver: string;
    readonly root: string;
    readonly containerdStore: boolean;
    /** `--data-root` and the like on dockerd's command line. */
    readonly flag?: string;
    readonly quota: boolean;
  };
  readonly rsync: readonly [number, number] | undefined;
  readonly rsyncHint: string;
  readonly target: {
    readonly kind: 'missing' | 'directory' | 'other';
    readonly names: readonly string[];
    /** A copy that an earlier run of ours began. */
    readonly ours: boolean;
    readonly sameFilesystem: boolean;
    /** Its mount comes again by itself after a reboot; the root file system does. */
    readonly permanent: boolean;
    readonly mountPoint: string;
    readonly type: string;
    readonly readOnly: boolean;
    readonly bytesAvailable: Bytes;
    /** 0 where the file system has no fixed number of them. */
    readonly inodes: number;
    readonly inodesFree: number;
    /** What of the data is there already. */
    readonly copied: Bytes;
  };
  readonly size: { readonly bytes: Bytes; readonly inodes: number };
  readonly foreignMounts: readonly string[];
  /** Why the kubelet of this host cannot be held back. */
  readonly kubeletTrouble: string | undefined;
  readonly node:
    | { readonly kind: 'not-joined' }
    | { readonly kind: 'unknown'; readonly why: string }
    | { readonly kind: 'known'; readonly cordoned: boolean; readonly pods: readonly string[] };
}

/** What a person may take upon himself, by `--accept`. */
export const ACCEPTABLE = ['not-drained', 'same-filesystem', 'not-permanent'] as const;

export interface MoveRefusal {
  readonly reason: string;
  /** Sentence fragment, with what to do about it. */
  readonly message: string;
}

/** Of a move's data: what docker needs to begin to work there, and what a file system of another block size takes more. */
const MARGIN = 0.1;
const LEAST_MARGIN = 64 * 2 ** 20;
/** Copied files are all that these are made of. btrfs and zfs have volumes of their own, devicemapper a pool. */
const DRIVERS = ['overlay2', 'overlay', 'vfs', 'fuse-overlayfs'];

const isInside = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);

/** What overlay's mount options and a unit file take without quoting. */
const PLAIN = /^(\/[A-Za-z0-9._+@-]+)+$/;

function ofDocker({ docker, from, to }: MoveFacts): readonly (readonly [string, string | undefined])[] {
  const { flag, version, driver, containerdStore, root, quota } = docker;
  const instead = `set it there to ${to} by hand, or take it from the command line (systemctl cat docker) so that daemon.json can say it`;
  return [
    [
      'command-line',
      flag === undefined ? undefined : `dockerd has ${flag} on its command line and would refuse the file: ${instead}`,
    ],
    [
      'driver',
      DRIVERS.includes(driver) ? undefined : `docker's storage driver is ${driver}, which cannot be copied file by file`,
    ],
    [
      'containerd-store',
      containerdStore ? "docker keeps its images in containerd's root, which does not move with this" : undefined,
    ],
    ['quota', quota ? 'docker sets sizes by project quota (overlay2.size), which a copy does not carry over' : undefined],
    ['root', isInside(root, from) ? undefined : `docker ${version} says its root is ${root}, and its settings say ${from}`],
  ];
}

function ofTarget({ target, from, to, foreignMounts }: MoveFacts): readonly (readonly [string, string | undefined])[] {
  const { kind, names, ours, sameFilesystem, permanent, mountPoint, readOnly } = target;
  const nested = isInside(to, from) || isInside(from, to);
  const foreign = ours ? [] : names.filter((name) => name !== 'lost+found');
  return [
    ['name', PLAIN.test(to) ? undefined : `${to} has characters in its name that an overlay mount would stumble over`],
    ['nested', nested ? `${to} and ${from} are inside one another` : undefined],
    ['not-a-directory', kind === 'other' ? `${to} is not a directory` : undefined],
    ['not-empty', foreign.length === 0 ? undefined : `${to} is not empty (${foreign.slice(0, 3).join(', ')})`],
    ['read-only', readOnly ? `${mountPoint} is mounted read-only` : undefined],
    ['same-filesystem', sameFilesystem ? `${to} is on the file system that ${from} is on: nothing would be gained` : undefined],
    [
      'not-permanent',
      permanent ? undefined : `nothing mounts ${mountPoint} after a reboot (no line of /etc/fstab, no mount unit)`,
    ],
    [
      'mounts',
      foreignMounts.length === 0 ? undefined : `${foreignMounts.join(', ')} is mounted inside of ${from} and is not docker's own`,
    ],
  ];
}

function ofSpace({ target, size, to }: MoveFacts): readonly (readonly [string, string | undefined])[] {
  const need = Math.max(0, size.bytes - target.copied) + Math.max(LEAST_MARGIN, size.bytes * MARGIN);
  const inodes = target.ours ? 0 : size.inodes * (1 + MARGIN);
  const [free, needed] = [formatBytes(target.bytesAvailable), formatBytes(need)];
  return [
    ['space', target.bytesAvailable >= need ? undefined : `${to} has ${free} free and needs ${needed}, a margin of 10% included`],
    [
      'inodes',
      target.inodes === 0 || target.inodesFree >= inodes
        ? undefined
        : `${to} has ${target.inodesFree} inodes free and needs ${Math.ceil(inodes)}, a margin of 10% included`,
    ],
  ];
}

function drainTrouble({ node }: MoveFacts): string | undefined {
  if (node.kind === 'not-joined') return undefined;
  if (node.kind === 'unknown') return `whether the node is drained is not known: ${node.why}`;
  const { cordoned, pods } = node;
  const many = `${pods.length} pod${pods.length === 1 ? ' is' : 's are'}`;
  if (pods.length > 0) return `the node is not drained: ${many} here (${pods.slice(0, 3).join(', ')})`;
  return cordoned ? undefined : 'the node is not cordoned: new pods would come and wait';
}

function rsyncTrouble({ rsync, rsyncHint }: MoveFacts): string | undefined {
  if (rsync === undefined) return `there is no rsync on this host: ${rsyncHint}`;
  const [major, minor] = rsync;
  return major > 3 || (major === 3 && minor >= 1) ? undefined : `rsync is ${major}.${minor}; 3.1 or later is needed`;
}

/** Every reason at once, so that a person corrects them in one go. */
export function refusalsOf(facts: MoveFacts, accepted: readonly string[]): readonly MoveRefusal[] {
  const all = [
    ...ofDocker(facts),
    ['rsync', rsyncTrouble(facts)] as const,
    ['kubelet', facts.kubeletTrouble] as const,
    ...ofTarget(facts),
    ...ofSpace(facts),
    ['not-drained', drainTrouble(facts)] as const,
  ];
  return all.flatMap(([reason, message]) => {
    if (message === undefined || (accepted.includes(reason) && ACCEPTABLE.some((one) => one === reason))) return [];
    return [{ reason, message }];
  });
}
