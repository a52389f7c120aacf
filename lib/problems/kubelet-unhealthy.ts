import { defineProblem } from '../model/problem.ts';

export const kubeletUnhealthy = defineProblem({
  type: 'KubeletUnhealthy',
  title: 'the kubelet does not do its work',
  meaning:
    "Containers run on, but nobody watches them: no probe, no restart, no new pod, no eviction. After the grace period the node is NotReady, and after the pods' toleration time replacements start elsewhere while the old containers still write to their volumes.",
  detection:
    'The kubelet is the process that owns its listening port (10250, 10248), whatever it is called; a port that a pod holds is not asked. Its /healthz on both ports has 5 s to answer; 401 and 403 count as alive. A process in state T is stopped. Without a process the state of its systemd unit tells whether it died, keeps dying (3 failed runs within 10 minutes), ran into the start limit, or was stopped by a person.',
  advice: [
    { text: 'Keep its log', command: 'journalctl -u UNIT --since -1h > /var/tmp/kubelet.log' },
    { text: 'Restart it; running containers stay untouched', command: 'systemctl restart UNIT' },
    { text: 'Look whether it answers', command: 'curl -s -m 5 http://127.0.0.1:10248/healthz' },
  ],
  settings: ['checks.kubelet-health.crashes', 'checks.kubelet-health.startWithin'],
  ladder: ['restart-kubelet', 'drain', 'reboot'],
  reasons: {
    KubeletHung: {
      severity: 'critical',
      description: "The kubelet's process exists and does not answer, does not listen, or is stopped",
      advice: [
        { text: 'See where it hangs: state, and what its threads wait for', command: 'ps -L -o tid,stat,wchan:32,comm -p PID' },
        { text: 'Keep its log', command: 'journalctl -u UNIT --since -1h > /var/tmp/kubelet.log' },
        {
          text: 'Restart it without waiting for a clean stop; running containers stay untouched',
          command: 'systemctl kill -s KILL --kill-who=main UNIT; systemctl restart UNIT',
        },
      ],
    },
    KubeletDown: {
      severity: 'critical',
      description: 'A kubelet belongs on this host and none runs',
      advice: [
        { text: 'Look why it ended', command: 'systemctl status UNIT; journalctl -u UNIT -n 100 --no-pager' },
        { text: 'Start it; running containers stay untouched', command: 'systemctl start UNIT' },
      ],
    },
    KubeletCrashLooping: {
      severity: 'critical',
      description: 'The kubelet ends soon after each start; a restart does not cure that',
      ladder: [],
      advice: [
        { text: 'Read its last words', command: 'journalctl -u UNIT -n 200 --no-pager' },
        {
          text: 'See what it is started with',
          command: 'systemctl cat UNIT; cat /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env',
        },
        { text: 'Correct what it complains of, then start it', command: 'systemctl daemon-reload && systemctl restart UNIT' },
      ],
    },
    KubeletStartLimitHit: {
      severity: 'critical',
      description: 'systemd gave up starting the kubelet after too many failed starts',
      ladder: ['restart-kubelet'],
      advice: [
        { text: 'Look why the starts failed', command: 'journalctl -u UNIT -n 200 --no-pager' },
        { text: 'Allow it to start again', command: 'systemctl reset-failed UNIT && systemctl start UNIT' },
      ],
    },
    KubeletStopped: {
      severity: 'notice',
      description: 'The kubelet was stopped, disabled or masked by a person',
      ladder: [],
      advice: [
        { text: 'See who stopped it, and when', command: 'journalctl -u UNIT -n 20 --no-pager; last -n 5' },
        { text: 'When the maintenance is over, start it', command: 'systemctl unmask UNIT; systemctl enable --now UNIT' },
      ],
    },
  },
});
