import { defineProblem } from '../model/problem.ts';

export const plegUnhealthy = defineProblem({
  type: 'PLEGUnhealthy',
  title: 'the kubelet no longer sees what its containers do',
  meaning:
    'The pod lifecycle event generator lists every container each second. While it is stuck, ended containers are not restarted and changed pods are not noticed; after 3 minutes the kubelet stops syncing pods and the node turns NotReady.',
  detection:
    "The age of the last relist from the kubelet's own metrics: suspected after max(20 s, 5 × the 99th percentile of a relist), active after max(45 s, 5 ×), long before the kubelet's own 3 minutes. No age rule under Evented PLEG. Without the right to read metrics: what the kubelet's present process says in the journal, and in the message of its node's Ready condition.",
  advice: [
    {
      text: 'Look whether the container runtime hangs, and which container',
      command: 'nodemend doctor --only container-runtime',
    },
    { text: 'Restart the kubelet; running containers stay untouched', command: 'systemctl restart UNIT' },
    {
      text: 'If the age grows again, restart the runtime; with docker, containers survive only with live-restore',
      command: "docker info --format '{{.LiveRestoreEnabled}}'; systemctl restart docker",
    },
    { text: 'If neither helps, drain the node before you reboot it', command: 'nodemend drain --dry-run' },
  ],
  settings: [
    'checks.pleg-health.suspectedAfter',
    'checks.pleg-health.activeAfter',
    'checks.pleg-health.relistFactor',
    'checks.pleg-health.slowRelist',
  ],
  ladder: ['restart-kubelet', 'restart-runtime', 'drain', 'reboot'],
  reasons: {
    PlegStalled: { severity: 'critical', description: 'The last relist is too long ago' },
    PlegSlow: {
      severity: 'warning',
      description: 'Relists go on, and take so long that they will soon count as stalled',
      ladder: [],
      advice: [
        { text: 'Look whether the runtime is slow, or starved', command: 'nodemend doctor --only container-runtime' },
        { text: 'Count the containers, ended ones too', command: 'crictl ps -aq | wc -l; docker ps -aq | wc -l' },
        { text: 'Look whether the host is short of CPU or disk', command: 'cat /proc/pressure/cpu /proc/pressure/io; uptime' },
      ],
    },
  },
});
