import { defineProblem } from '../model/problem.ts';

export const readonlyFilesystem = defineProblem({
  type: 'ReadonlyFilesystem',
  title: 'a file system that must be writable is read-only',
  meaning:
    'The kernel switched the file system to read-only to protect it, nearly always after an I/O error or a corrupt structure. Nothing on it can be written any more: containers do not start, logs are lost, the kubelet cannot keep its state. No restart of a daemon helps.',
  detection:
    'The options of the superblock in /proc/1/mountinfo (the last field): `ro`, or `emergency_ro` or `shutdown` as ext4 says since Linux 6.15, while the mount itself or /etc/fstab wants it writable. Images (squashfs, erofs, iso9660, overlays without an upper directory) and what is read-only on purpose do not count. Log monitors find the same type in the kernel log.',
  advice: [
    { text: 'Find the error that led to it', command: "dmesg -T | grep -iE 'I/O error|ext4|xfs|btrfs|remount|nvme|blk_update'" },
    { text: 'Ask the disk', command: 'smartctl -a DEVICE' },
    { text: 'Move the work away', command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data' },
    {
      text: 'Repair it unmounted (the root at the next boot with fsck.mode=force on the kernel command line)',
      command: 'fsck -f DEVICE',
    },
    { text: 'Do not remount it writable before the check: what is corrupt spreads' },
  ],
  settings: ['checks.mounts.mustBeWritable'],
  ladder: [],
  reasons: {
    FilesystemIsReadOnly: {
      severity: 'critical',
      description: 'A file system that is meant to be written to is read-only',
    },
  },
});
