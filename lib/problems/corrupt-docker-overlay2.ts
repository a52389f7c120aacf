import { defineProblem } from '../model/problem.ts';

export const corruptDockerOverlay2 = defineProblem({
  type: 'CorruptDockerOverlay2',
  title: 'docker cannot read the layers of its images',
  meaning:
    'A link or directory below overlay2 is gone or damaged, mostly after a power loss or a full disk: containers of the images concerned cannot be started on this node any more.',
  detection:
    'Lines of dockerd in the journal: "returned error: readlink …/overlay2…: invalid argument". It stands for 2 hours after the last such line.',
  advice: [
    { text: 'See which images it is about', command: 'journalctl -t dockerd | grep overlay2 | tail -20' },
    { text: 'Move the work away, and let docker begin anew', command: 'nodemend drain NODE' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    CorruptDockerOverlay2: { severity: 'critical', description: 'dockerd cannot read a link below overlay2' },
  },
});
