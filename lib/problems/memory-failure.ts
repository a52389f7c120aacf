import { defineProblem } from '../model/problem.ts';

export const memoryFailure = defineProblem({
  type: 'MemoryFailure',
  title: 'memory has an error that could not be corrected',
  meaning:
    'The contents of a page of memory are lost. The kernel kills who used it, or the host; a module that failed once fails again.',
  detection:
    'Lines of the kernel log: uncorrected errors of EDAC and the machine check handler. It stands for a day after the last such line.',
  advice: [
    {
      text: 'See which module it is',
      command: 'ras-mc-ctl --errors; edac-util -v; grep . /sys/devices/system/edac/mc/mc*/*/ue_count',
    },
    {
      text: 'Move the work away and have the module replaced',
      command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data',
    },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    UncorrectedMemoryError: { severity: 'critical', description: 'An error of memory could not be corrected' },
  },
});
