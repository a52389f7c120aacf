import { defineProblem } from '../model/problem.ts';

export const diskFailure = defineProblem({
  type: 'DiskFailure',
  title: 'a disk does not answer any more',
  meaning:
    'The controller of a disk went down or was given up by the kernel. What lies on it cannot be reached; file systems on it go read-only or shut down.',
  detection:
    'Lines of the kernel log: an NVMe controller that is down, not ready, or removed. It stands for an hour after the last such line.',
  advice: [
    { text: 'Ask the disk', command: 'smartctl -a DEVICE; nvme smart-log DEVICE' },
    { text: 'It may be gone from the bus', command: 'nvme list; lspci -nn | grep -i nvme' },
    { text: 'Move the work away', command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    NvmeControllerDown: { severity: 'critical', description: 'The kernel lost the controller of an NVMe disk' },
  },
});
