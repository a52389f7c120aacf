import { defineProblem } from '../model/problem.ts';

export const gpuFailure = defineProblem({
  type: 'GpuFailure',
  title: 'a GPU has failed',
  meaning:
    'The driver reported an error of the hardware of a GPU. Work on it fails until the device was reset or the node rebooted, or for good.',
  detection:
    'Lines of the kernel log: NVIDIA Xids of the class that only a reset or a repair cures. It stands for a day after the last such line.',
  advice: [
    { text: 'See how the devices are', command: "nvidia-smi -q | grep -iE 'xid|ecc|retired|remapp'; nvidia-smi -L" },
    {
      text: 'Move the GPU work away, then reset the device or reboot',
      command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data',
    },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    GpuXidHardware: { severity: 'critical', description: 'A GPU reported an error of its hardware' },
  },
});
