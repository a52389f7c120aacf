import { defineProblem } from '../model/problem.ts';

export const cperHardwareErrorFatal = defineProblem({
  type: 'CperHardwareErrorFatal',
  title: 'the firmware reported a fatal hardware error',
  meaning:
    'The firmware recorded an error (UEFI common platform error record) that the hardware could not correct. What was in that memory, on that bus or in that CPU is lost, and it is likely to come again.',
  detection: 'Lines of the kernel log: "[Hardware Error]: event severity: fatal". It stands for a day after the last such line.',
  advice: [
    { text: 'See which part it is', command: "journalctl -k -b -1 -g 'Hardware Error' -n 50; ras-mc-ctl --errors" },
    { text: 'Move the work away before the next one', command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    CperHardwareErrorFatal: { severity: 'critical', description: 'The firmware recorded a fatal error of the hardware' },
  },
});
