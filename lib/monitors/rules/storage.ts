import type { DefaultRule } from './rule.ts';
import { HOUR } from './rule.ts';

const findCause = {
  text: 'Find the error that led to it',
  command: "dmesg -T | grep -iE 'I/O error|ext4|xfs|btrfs|nvme' | tail -50",
};
const askDisk = { text: 'Ask the disk', command: 'smartctl -a DEVICE; nvme smart-log DEVICE' };
const checkIt = { text: 'Move the work away and check it unmounted', command: 'nodemend drain NODE; fsck -f DEVICE' };

/** A device as the file system's messages have it in brackets. */
const EXT4 = 'EXT4-fs \\((?P<subject>[^)]+)\\)';
const BTRFS = '\\(device (?P<subject>[^ ):]+)[^)]*\\)';

export const filesystemRules: readonly DefaultRule[] = [
  {
    reason: 'FilesystemIsReadOnly',
    condition: 'ReadonlyFilesystem',
    severity: 'critical',
    pattern: `${EXT4}: Remounting filesystem read-only`,
    wording: 'fs/ext4/super.c (ext4_handle_error), all',
    recheck: 'read-only-mount',
    advice: [findCause, askDisk, checkIt],
  },
  {
    reason: 'FilesystemIsReadOnly',
    condition: 'ReadonlyFilesystem',
    severity: 'critical',
    pattern: '^Remounting filesystem read-only|[^)]: Remounting filesystem read-only',
    wording: 'without a device: other file systems, tests',
    advice: [findCause, askDisk, checkIt],
  },
  {
    reason: 'FilesystemIsReadOnly',
    condition: 'ReadonlyFilesystem',
    severity: 'critical',
    pattern: `BTRFS info ${BTRFS}: forced readonly`,
    wording: 'fs/btrfs/messages.c; " state EA" behind the device since 5.18',
    recheck: 'read-only-mount',
    advice: [findCause, askDisk, checkIt],
  },
  {
    reason: 'Ext4Error',
    severity: 'warning',
    pattern: 'EXT4-fs error \\(device (?P<subject>[^)]+)\\)',
    wording: 'fs/ext4/super.c, all',
    advice: [findCause, checkIt],
  },
  { reason: 'Ext4Warning', severity: 'notice', pattern: 'EXT4-fs warning', wording: 'fs/ext4/super.c, all', advice: [findCause] },
  {
    reason: 'JournalAborted',
    severity: 'warning',
    pattern: 'Aborting journal on device (?P<subject>\\S+?)\\.?$',
    wording: 'fs/jbd2/journal.c, all',
    advice: [findCause, checkIt],
  },
  {
    reason: 'XfsHasShutdown',
    condition: 'XfsShutdown',
    severity: 'critical',
    pattern: 'XFS \\((?P<subject>[^)]+)\\): .*(?:Shutting down|Filesystem has been shut down)',
    wording:
      'fs/xfs/xfs_fsops.c: "Shutting down filesystem" in all; xfs_log.c since 5.15: "Filesystem has been shut down due to"',
    recheck: 'xfs-shutdown',
    advice: [findCause, { text: 'Unmount it, check it, mount it again', command: 'umount DEVICE; xfs_repair DEVICE' }],
  },
  {
    reason: 'XfsError',
    severity: 'warning',
    pattern: 'XFS \\((?P<subject>[^)]+)\\): (?:Metadata corruption detected|Internal error|metadata I/O error)',
    wording: 'fs/xfs/xfs_error.c, xfs_trans_buf.c, all',
    advice: [findCause, checkIt],
  },
  {
    reason: 'BtrfsError',
    severity: 'warning',
    pattern: `(?:BTRFS(?:: error| critical| error) ${BTRFS}|BTRFS warning \\(device [^)]*\\): (?:csum failed|checksum error))`,
    wording:
      'fs/btrfs/messages.c: "BTRFS: error (device …) in FUNCTION:LINE: errno=…", "BTRFS critical", "BTRFS error"; inode.c, scrub.c: what a checksum does not hold for',
    advice: [findCause, { text: 'Ask the file system', command: 'btrfs device stats MOUNT; btrfs scrub start -B MOUNT' }],
  },
];

export const blockRules: readonly DefaultRule[] = [
  {
    reason: 'IOError',
    severity: 'warning',
    pattern:
      '(?:I/O|critical medium|critical target|critical nexus|timeout|protection|critical space allocation) error, dev (?P<subject>[^,]+), sector \\d+',
    wording: 'block/blk-mq.c, alone since 5.16; "blk_update_request: " or "print_req_error: " before it in older ones',
    advice: [askDisk, { text: 'See whether a file system suffers', command: 'nodemend doctor --only mounts' }],
  },
  {
    reason: 'IOError',
    severity: 'warning',
    pattern: 'Buffer I/O error on dev(?:ice)? (?P<subject>[^,]+), logical block \\d+',
    wording: 'fs/buffer.c: "dev"; "device" before 3.18',
    advice: [askDisk],
  },
  {
    reason: 'DiskOffline',
    severity: 'warning',
    pattern: 'sd [\\d:]+: (?:\\[(?P<subject>\\w+)\\] )?(?:rejecting I/O to (?:offline|dead) device|Device offlined)',
    wording: 'drivers/scsi/scsi_lib.c, scsi_error.c, all',
    advice: [askDisk],
  },
  {
    reason: 'NvmeTimeout',
    severity: 'warning',
    pattern: 'nvme (?P<subject>nvme\\d+): I/O .* timeout, (?:aborting|reset controller|disable controller|completion polled)',
    wording: 'drivers/nvme/host/pci.c: "I/O N QID M timeout"; "I/O tag N (…) opcode … QID M timeout" since 6.6',
    advice: [
      askDisk,
      {
        text: 'Power saving of cheap devices is a known cause',
        command: 'cat /sys/module/nvme_core/parameters/default_ps_max_latency_us',
      },
    ],
  },
  {
    reason: 'NvmeControllerDown',
    condition: 'DiskFailure',
    severity: 'critical',
    pattern:
      'nvme (?P<subject>nvme\\d+): (?:controller is down; will reset|Device not ready; aborting reset|Removing after probe failure|Disabling device after reset failure|Removing after device failure)',
    wording: 'drivers/nvme/host/pci.c: "Removing after probe failure"; "Disabling device after reset failure" since 6.1',
    quietPeriod: HOUR,
    advice: [askDisk, { text: 'It may be gone from the bus', command: 'nvme list; lspci -nn | grep -i nvme' }],
  },
  {
    reason: 'RaidDegraded',
    severity: 'warning',
    pattern: 'md/raid\\w*:(?P<subject>\\w+): Disk failure on \\S+, disabling device',
    wording: 'drivers/md/raid1.c, raid10.c, raid5.c, all',
    advice: [{ text: 'See what is left, and replace the disk', command: 'cat /proc/mdstat' }],
  },
];
