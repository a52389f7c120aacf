import { defineProblem } from '../model/problem.ts';

export const frequentKubeletRestart = defineProblem({
  type: 'FrequentKubeletRestart',
  title: 'systemd restarts kubelet again and again',
  meaning:
    'The kubelet ends again and again. Containers run on, but probes, evictions and new pods wait for it each time, and the node may flap between Ready and NotReady.',
  detection:
    "systemd's own counter (NRestarts, systemd 235) goes up by 5 within 20 minutes; restarts by a person or by the agent, and those of the first 5 minutes after a boot, are not counted. Log monitors that call log-counter find the same type in the journal.",
  advice: [
    { text: 'Read why it ended', command: 'journalctl -u UNIT -b -p warning -n 50 --no-pager' },
    {
      text: 'See how it ended, and what restarts it',
      command: 'systemctl status UNIT; systemctl show -p NRestarts,Result,RestartUSec UNIT',
    },
    { text: 'Look whether the node ran out of something', command: 'nodemend doctor' },
  ],
  settings: ['checks.unit-restarts.restarts', 'checks.unit-restarts.within'],
  ladder: [],
  reasons: {
    FrequentKubeletRestart: {
      severity: 'warning',
      description: 'systemd restarted kubelet more often than it should have to',
    },
  },
});
