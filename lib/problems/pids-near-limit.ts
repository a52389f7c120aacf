import { defineProblem } from '../model/problem.ts';

export const pidsNearLimit = defineProblem({
  type: 'PidsNearLimit',
  title: 'the node runs out of process ids',
  meaning:
    'When no task can be created every fork fails ("Resource temporarily unavailable"): no container starts, exec probes fail, nobody can log in. In a control group only what lives there is hit – a runtime whose unit has a TasksMax cannot start shims.',
  detection:
    'Tasks, threads included, of /proc/loadavg against the lesser of kernel.pid_max and kernel.threads-max, and pids.current against pids.max in the control groups of the kubelet, the runtimes and all pods, with everything above them: warning from 90 %, critical from 98 %.',
  advice: [
    { text: 'See who has the most threads', command: 'ps -eo nlwp,pid,user,cgroup:60,comm --sort=-nlwp | head' },
    {
      text: 'Make room at once (4194304 is the most a 64-bit kernel takes)',
      command: 'sysctl -w kernel.pid_max=4194304 kernel.threads-max=LIMIT',
    },
    { text: 'Keep a runaway pod from taking the node: set podPidsLimit in the kubelet configuration' },
    { text: 'End the workload that leaks threads', command: 'kubectl delete pod -n NAMESPACE POD' },
  ],
  settings: ['checks.pids.warnAt', 'checks.pids.criticalAt'],
  ladder: [],
  reasons: {
    HostTasksNearLimit: { severity: 'warning', description: 'The kernel is close to the most tasks it allows' },
    ControlGroupTasksNearLimit: {
      severity: 'warning',
      description: 'The control group of a daemon or of all pods is close to its limit of tasks',
      advice: [
        { text: 'See what lives there', command: 'systemd-cgls CGROUP' },
        { text: 'Raise the limit of the running unit', command: 'systemctl set-property --runtime UNIT TasksMax=infinity' },
        { text: 'Keep it', command: 'systemctl edit UNIT   # [Service] TasksMax=infinity' },
      ],
    },
  },
});
