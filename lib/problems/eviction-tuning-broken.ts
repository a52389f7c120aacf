import { defineProblem } from '../model/problem.ts';

export const evictionTuningBroken = defineProblem({
  type: 'EvictionTuningBroken',
  title: 'a change of the eviction thresholds by tune eviction does not hold as it should',
  meaning:
    'tune eviction changes a file of the kubelet, restarts it and proves what it runs with. Killed on the way it leaves a journal, and the next run finishes the change or puts every byte back. A frozen command (--freeze-command) repeats the whole ExecStart= of the unit: when a new version of the package changes that command, the frozen one goes on, and may not start with the new kubelet.',
  detection:
    'The journal of tune eviction in /var/lib/nodemend; the hash of the base command that a frozen one carries, against the command of the unit and its other drop-ins as they are now.',
  advice: [{ text: 'See the thresholds in force', command: 'nodemend thresholds' }],
  settings: ['checks.eviction-config.enabled'],
  ladder: [],
  reasons: {
    ChangeInterrupted: {
      severity: 'warning',
      description: 'A change of the thresholds was begun and neither finished nor put back',
      advice: [{ text: 'Finish it, or put everything back', command: 'nodemend tune eviction --resume' }],
    },
    BaseCommandChanged: {
      severity: 'warning',
      description: 'The command that tune eviction --freeze-command froze is no longer the one of the unit',
      advice: [
        { text: 'Give the unit back its own command', command: 'nodemend tune eviction --revert' },
        { text: 'Then plan anew, without freezing it where possible', command: 'nodemend tune eviction --recommend' },
      ],
    },
  },
});
