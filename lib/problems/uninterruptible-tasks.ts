import { defineProblem } from '../model/problem.ts';

export const uninterruptibleTasks = defineProblem({
  type: 'UninterruptibleTasks',
  title: 'processes are stuck in the kernel',
  meaning:
    'A task in uninterruptible sleep (state D) waits for the kernel: for a disk, a network file system, or a lock another stuck task holds. No signal reaches it, not even SIGKILL; a container with such a task cannot be stopped, and a runtime that waits for it hangs. Restarting daemons adds waiters.',
  detection:
    'Every thread of every process in state D that stays so over looks 1 s and, unless the scheduler says it is older, 3 s apart, without being scheduled once (context switches and CPU time unchanged). Suspected until it is 30 s old by the scheduler’s own clock. Tasks that wait on purpose (vfork, a paused container in the v1 freezer) and kernel threads do not count.',
  advice: [
    { text: 'See what it waits for', command: 'cat /proc/PID/task/*/wchan; cat /proc/PID/task/*/stack' },
    {
      text: 'Functions of nfs, fuse, cifs or ceph: a server does not answer; look at MountUnresponsive',
      command: 'nodemend doctor --only mounts',
    },
    { text: 'Functions of ext4, xfs, jbd2 or blk: a disk does not answer', command: 'dmesg -T | tail -50; iostat -x 1 3' },
    {
      text: 'Ask the kernel for all blocked tasks and the locks they hold',
      command: 'echo w > /proc/sysrq-trigger; dmesg -T | tail -200',
    },
    { text: 'If nothing frees it, drain the node and reboot it; a clean shutdown may hang on it as well' },
  ],
  settings: ['checks.uninterruptible-tasks.activeAfter'],
  ladder: [],
  reasons: {
    TaskBlocked: { severity: 'warning', description: 'A process has tasks stuck in uninterruptible sleep' },
    DaemonBlocked: {
      severity: 'critical',
      description: 'The kubelet, the container runtime or one of its shims has tasks stuck in uninterruptible sleep',
    },
  },
});
