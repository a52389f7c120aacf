import { defineProblem } from '../model/problem.ts';

export const diskBadBlock = defineProblem({
  type: 'DiskBadBlock',
  title: 'a disk has sectors that it cannot read',
  meaning:
    'smartd found sectors that the disk could not read, or could not correct: what was in them is lost, and more will follow.',
  detection:
    'Lines of smartd in a log file that a filelog monitor of node-problem-detector names: "… Currently unreadable (pending) sectors", "… Offline uncorrectable sectors".',
  advice: [
    { text: 'Ask the disk', command: 'smartctl -a DEVICE' },
    { text: 'Move the work away, and replace it', command: 'nodemend drain NODE' },
  ],
  settings: ['monitors.directory'],
  ladder: [],
  reasons: {
    DiskBadBlock: { severity: 'warning', description: 'a disk has sectors that it cannot read' },
  },
});
