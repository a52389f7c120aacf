import { defineProblem } from '../model/problem.ts';

const LOG = { text: 'Read what the agent says', command: 'journalctl -u nodemend -n 100 --no-pager' } as const;

export const agentUnhealthy = defineProblem({
  type: 'AgentUnhealthy',
  title: 'nodemend itself does not see or keep what it should',
  meaning:
    'What a check no longer looks at is neither found nor repaired, and no problem of it is ever over. Nothing is wrong with the node on this account alone; but it is watched less closely than its condition says.',
  detection:
    'By the agent, of itself, with the clock that never jumps: a check without a result for three of its intervals, and longer than what it reads may take; a check that could not tell for ten minutes; a ledger that is not on disk. doctor looks once and skips it.',
  advice: [
    { text: 'See when each check last ran', command: 'nodemend status' },
    LOG,
    { text: 'Restart the agent: it remembers what it was doing', command: 'systemctl restart nodemend' },
  ],
  settings: ['checks.agent-health.intervals', 'checks.agent-health.unknownAfter'],
  ladder: [],
  reasons: {
    CheckStopped: {
      severity: 'warning',
      description:
        'A check has given no result for several of its intervals: something that it reads hangs, or the agent is starved',
    },
    CheckBlind: {
      severity: 'notice',
      description: 'A check runs, and for minutes it could not tell whether all is well',
      advice: [{ text: 'See what it could not read', command: 'nodemend doctor --only CHECK' }, LOG],
    },
    LedgerLost: {
      severity: 'warning',
      description:
        'The ledger is not on disk: each unit is restarted once per boot at most, and what was done is forgotten by a reboot',
      advice: [
        {
          text: 'See whether the disk is full, read-only or gone',
          command: 'df -h DIRECTORY; ls -ld DIRECTORY; touch DIRECTORY/test',
        },
        LOG,
      ],
    },
  },
});
