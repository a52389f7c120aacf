import { defineProblem } from '../model/problem.ts';

export const kernelDeadlock = defineProblem({
  type: 'KernelDeadlock',
  title: 'a task of the kernel or of a daemon hangs in the kernel',
  meaning:
    'A container runtime or the kubelet waits in the kernel for something that does not come, or a CPU no longer leaves the kernel. Signals do not reach it, so that no restart helps; what it held stays held until the reboot.',
  detection:
    'Lines of the kernel log: khungtaskd’s "blocked for more than N seconds" for tasks of runtimes and the kubelet, and the hard lockup detector. It is over when the task has gone on (its state in /proc/PID/stat); a lockup when an hour has passed without another.',
  advice: [
    { text: 'See what the task waits for', command: 'cat /proc/PID/stack; echo w > /proc/sysrq-trigger; dmesg -T | tail -200' },
    { text: 'Look for the disk or server it waits for', command: 'nodemend doctor --only uninterruptible-tasks,mounts' },
    { text: 'Move the work away and reboot the node', command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    DockerHung: { severity: 'critical', description: 'A task of dockerd is blocked in the kernel' },
    ContainerRuntimeTaskHung: {
      severity: 'critical',
      description: 'A task of a container runtime or shim is blocked in the kernel',
    },
    KubeletTaskHung: { severity: 'critical', description: 'A task of the kubelet is blocked in the kernel' },
    HardLockup: { severity: 'critical', description: 'A CPU no longer handles interrupts' },
  },
});
