import { defineProblem } from '../../../../../lib/model/problem.ts';

export const zombiesAccumulating = defineProblem({
  type: 'ZombiesAccumulating',
  title: 'ended processes are not reaped',
  meaning:
    'A process that has ended keeps its PID until its parent asks for its status. A parent that never does uses up the PIDs of the node, or of its pod.',
  detection: 'Processes in state Z in /proc, by parent: a warning from 100 of one parent.',
  advice: [
    { text: 'See whose they are', command: 'ps -o pid,ppid,lstart,args -p PARENT; ps --ppid PARENT | head' },
    { text: 'Restart the parent: they go with it', command: 'kill -TERM PARENT' },
  ],
  settings: ['checks.zombies.warnAt'],
  ladder: [],
  reasons: {
    ChildrenNotReaped: { severity: 'warning', description: 'One process has many ended children that it does not reap' },
  },
});
