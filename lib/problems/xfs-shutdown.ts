import { defineProblem } from '../model/problem.ts';

export const xfsShutdown = defineProblem({
  type: 'XfsShutdown',
  title: 'an XFS file system has shut itself down',
  meaning:
    'XFS found metadata it cannot trust, or an error of its log device, and refuses every further access with EIO. Everything on it fails at once: images, volumes, logs, or the root.',
  detection:
    'Lines of the kernel log: "Shutting down filesystem", "has been shut down due to". It stands while files on it answer EIO, which is asked every 30 s.',
  advice: [
    { text: 'Find the error that led to it', command: "dmesg -T | grep -iE 'XFS|I/O error|nvme' | tail -50" },
    { text: 'Ask the disk', command: 'smartctl -a DEVICE' },
    { text: 'Unmount it, check it, mount it again', command: 'umount DEVICE; xfs_repair DEVICE' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    XfsHasShutdown: { severity: 'critical', description: 'XFS refuses every access to a file system' },
  },
});
