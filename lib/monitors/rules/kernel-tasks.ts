import type { DefaultRule } from './rule.ts';
import { HOUR } from './rule.ts';

const stacks = {
  text: 'See what it waits for',
  command: 'cat /proc/PID/stack; echo w > /proc/sysrq-trigger; dmesg -T | tail -200',
};
const drain = { text: 'Move the work away and reboot the node', command: 'nodemend maintain NODE --reboot' };
const crash = {
  text: 'Keep the whole report for the kernel’s supplier',
  command: 'journalctl -k -b -o short-monotonic > kernel.log',
};

// Linux 7.1 says "blocked in I/O wait" where it is so (kernel/hung_task.c).
const BLOCKED = 'blocked(?: in I/O wait)? for more than \\d+ seconds';
// comm has 15 characters; that of runc's children has a colon in it.
const RUNTIMES = 'containerd|containerd-shim|crio|conmon|cri-dockerd|runc(?::\\[[^\\]]*\\])?|crun|youki|nerdctl|podman';

export const taskRules: readonly DefaultRule[] = [
  {
    reason: 'TaskHung',
    severity: 'notice',
    pattern: `task .+:\\d+ ${BLOCKED}`,
    wording: 'kernel/hung_task.c, CONFIG_DETECT_HUNG_TASK',
    advice: [
      stacks,
      { text: 'Look for the disk or server it waits for', command: 'nodemend doctor --only uninterruptible-tasks,mounts' },
    ],
  },
  {
    reason: 'DockerHung',
    condition: 'KernelDeadlock',
    severity: 'critical',
    pattern: `task dockerd?:(?P<subject>\\w+) ${BLOCKED}`,
    wording: 'kernel/hung_task.c, CONFIG_DETECT_HUNG_TASK',
    recheck: 'blocked-task',
    advice: [stacks, drain],
  },
  {
    reason: 'ContainerRuntimeTaskHung',
    condition: 'KernelDeadlock',
    severity: 'critical',
    pattern: `task (?:${RUNTIMES}):(?P<subject>\\d+) ${BLOCKED}`,
    wording: 'kernel/hung_task.c, CONFIG_DETECT_HUNG_TASK',
    recheck: 'blocked-task',
    advice: [stacks, drain],
  },
  {
    reason: 'KubeletTaskHung',
    condition: 'KernelDeadlock',
    severity: 'critical',
    pattern: `task kubelet:(?P<subject>\\d+) ${BLOCKED}`,
    wording: 'kernel/hung_task.c, CONFIG_DETECT_HUNG_TASK',
    recheck: 'blocked-task',
    advice: [stacks, drain],
  },
];

export const lockupRules: readonly DefaultRule[] = [
  {
    reason: 'SoftLockup',
    severity: 'warning',
    pattern: 'BUG: soft lockup - CPU#\\d+ stuck for \\d+s',
    wording: 'kernel/watchdog.c; "watchdog: " or "NMI watchdog: " before it',
    advice: [{ text: 'In a virtual machine: look for steal time first', command: 'vmstat 1 5; cat /proc/pressure/cpu' }, crash],
  },
  {
    reason: 'HardLockup',
    condition: 'KernelDeadlock',
    severity: 'critical',
    pattern: 'Watchdog detected hard LOCKUP on cpu \\d+',
    wording: 'kernel/watchdog_hld.c, watchdog.c since 6.5; "NMI watchdog: ", "watchdog: " or "watchdog: CPU3: " before it',
    quietPeriod: HOUR,
    advice: [crash, drain],
  },
  {
    reason: 'RcuStall',
    severity: 'warning',
    pattern:
      '(?:INFO: rcu_\\w+ (?:self-detected stall on CPU|detected (?:expedited )?stalls on CPUs/tasks)|rcu_\\w+ kthread starved for \\d+ jiffies)',
    wording: 'kernel/rcu/tree_stall.h; "rcu: " before it since 4.19',
    advice: [{ text: 'In a virtual machine: the host may starve it', command: 'vmstat 1 5' }, crash],
  },
];

export const oopsRules: readonly DefaultRule[] = [
  {
    reason: 'KernelOops',
    severity: 'warning',
    pattern: 'BUG: unable to handle (?:kernel NULL pointer dereference at|kernel paging request at|page fault for address:)',
    wording: 'arch/x86/mm/fault.c: "kernel …" up to 5.0, "page fault for address:" since 5.1',
    advice: [crash, drain],
  },
  {
    reason: 'KernelOops',
    severity: 'warning',
    pattern: 'BUG: kernel NULL pointer dereference, address:',
    wording: 'arch/x86/mm/fault.c since 5.1',
    advice: [crash, drain],
  },
  {
    reason: 'KernelOops',
    severity: 'warning',
    pattern:
      'Unable to handle kernel (?:NULL pointer dereference|paging request|access to user memory|read from unreadable memory|write to read-only memory|execute from non-executable memory) .*at virtual address',
    wording: 'arch/arm64/mm/fault.c',
    advice: [crash, drain],
  },
  {
    reason: 'KernelOops',
    severity: 'warning',
    pattern: '(?:divide error|invalid opcode|general protection fault)(?:, .* \\w+)?(?:: \\d{4})? \\[#\\d+\\]',
    wording: 'arch/x86/kernel/traps.c, dumpstack.c; "Oops: " before it since 6.10',
    advice: [crash, drain],
  },
  {
    reason: 'KernelOops',
    severity: 'warning',
    pattern: 'kernel BUG at \\S+:\\d+!',
    wording: 'lib/bug.c, all',
    advice: [crash, drain],
  },
];

export const memoryRules: readonly DefaultRule[] = [
  {
    reason: 'OOMKilling',
    severity: 'warning',
    pattern: 'Killed process \\d+ \\(.+\\),? (?:UID \\d+,? )?total-vm:\\d+kB, anon-rss:\\d+kB, file-rss:\\d+kB',
    wording: 'mm/oom_kill.c; "Out of memory: " or "Memory cgroup out of memory: " before it since 5.1, a line of its own before',
    advice: [
      { text: 'See whether the node or a container ran out', command: 'nodemend doctor --only node-commitment,eviction-signals' },
      { text: 'See what was killed', command: 'journalctl -k -g "oom-kill|Killed process" -n 20' },
    ],
  },
  {
    reason: 'PidsLimitReached',
    severity: 'warning',
    pattern: 'cgroup: fork rejected by pids controller in (?P<subject>\\S+)',
    wording: 'kernel/cgroup/pids.c; the kubelet sets the limit by podPidsLimit',
    advice: [{ text: 'See who has so many', command: 'nodemend doctor --only pids; systemd-cgtop -1 --order=tasks' }],
  },
  {
    reason: 'FileMaxReached',
    severity: 'warning',
    pattern: 'VFS: file-max limit \\d+ reached',
    wording: 'fs/file_table.c, all',
    advice: [{ text: 'See who has so many', command: 'nodemend doctor --only file-descriptors' }],
  },
];
