import { defineProblem } from '../model/problem.ts';

export const fileDescriptorsNearLimit = defineProblem({
  type: 'FileDescriptorsNearLimit',
  title: 'a daemon or the host runs out of file descriptors',
  meaning:
    'A daemon at its limit cannot accept a connection nor open a file ("too many open files"): a runtime then fails calls at random or seems hung. At the limit of the host nothing can open a file but root.',
  detection:
    'Descriptors in /proc/PID/fd of the kubelet, the runtimes and the control plane against the soft limit in /proc/PID/limits (not counted while the descriptor table is smaller than half of it), and /proc/sys/fs/file-nr: warning from 90 %, critical from 98 %.',
  advice: [
    {
      text: 'See what is open: thousands of the same kind are a leak',
      command: "ls -l /proc/PID/fd | awk '{print $NF}' | sed 's/[0-9]\\+/N/g' | sort | uniq -c | sort -rn | head",
    },
    { text: 'Raise the limit of the running process', command: 'prlimit --pid PID --nofile=1048576:1048576' },
    { text: 'Keep it for the next start', command: 'systemctl edit UNIT   # [Service] LimitNOFILE=1048576' },
    { text: 'A leak comes back: note the version and restart the daemon in a maintenance window' },
  ],
  settings: ['checks.file-descriptors.warnAt', 'checks.file-descriptors.criticalAt'],
  ladder: [],
  reasons: {
    ProcessDescriptorsNearLimit: { severity: 'warning', description: 'A daemon has used most of the descriptors it may have' },
    HostFileHandlesNearLimit: {
      severity: 'warning',
      description: 'The host has used most of its file handles (fs.file-max)',
      advice: [
        {
          text: 'See which processes have the most',
          command: 'for p in /proc/[0-9]*; do echo "$(ls $p/fd 2>/dev/null | wc -l) $(cat $p/comm)"; done | sort -rn | head',
        },
        { text: 'Make room at once', command: 'sysctl -w fs.file-max=LIMIT' },
        { text: 'Keep it', command: 'echo fs.file-max=LIMIT > /etc/sysctl.d/90-file-max.conf' },
      ],
    },
  },
});
