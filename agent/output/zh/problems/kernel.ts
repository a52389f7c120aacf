import type { conntrackExhausted } from '../../../../lib/problems/conntrack-exhausted.ts';
import type { conntrackNearLimit } from '../../../../lib/problems/conntrack-near-limit.ts';
import type { cperHardwareErrorFatal } from '../../../../lib/problems/cper-hardware-error-fatal.ts';
import type { fileDescriptorsNearLimit } from '../../../../lib/problems/file-descriptors-near-limit.ts';
import type { gpuFailure } from '../../../../lib/problems/gpu-failure.ts';
import type { kernelDeadlock } from '../../../../lib/problems/kernel-deadlock.ts';
import type { memoryFailure } from '../../../../lib/problems/memory-failure.ts';
import type { pidsNearLimit } from '../../../../lib/problems/pids-near-limit.ts';
import type { uninterruptibleTasks } from '../../../../lib/problems/uninterruptible-tasks.ts';
import { type Told, told } from '../told.ts';

export const kernelProblems: readonly Told[] = [
  told<typeof uninterruptibleTasks>('UninterruptibleTasks', {
    title: '有进程卡在内核里',
    meaning:
      '处于不可中断睡眠（D 状态）的任务在等内核：等磁盘、等网络文件系统，或者等另一个卡住的任务所持有的锁。任何信号都到不了它，SIGKILL 也不行；含有这种任务的容器停不下来，等待它的运行时也会卡死。重启守护进程只会增加等待者。',
    detection:
      '每个进程的每个线程，凡处于 D 状态，在相隔 1 s 的两次查看（若调度器不能说明它已更久，则再隔 3 s）之间一次也没有被调度过（上下文切换次数和 CPU 时间不变）。按调度器自己的时钟满 30 s 之前为疑似。有意等待的任务（vfork、v1 freezer 中暂停的容器）和内核线程不计。',
    reasons: {
      TaskBlocked: '某个进程有任务卡在不可中断睡眠中',
      DaemonBlocked: 'kubelet、容器运行时或其某个 shim 有任务卡在不可中断睡眠中',
    },
  }),
  told<typeof kernelDeadlock>('KernelDeadlock', {
    title: '内核的或某个守护进程的任务卡死在内核里',
    meaning:
      '容器运行时或 kubelet 在内核里等待不会到来的东西，或者某个 CPU 再也没有离开内核。信号到不了它，所以重启无济于事；它所占有的东西要到主机重启才会释放。',
    detection:
      '内核日志：khungtaskd 针对运行时和 kubelet 任务的 "blocked for more than N seconds"，以及硬死锁检测器。任务重新前进时（看 /proc/PID/stat 中的状态）结束；死锁在一小时没有再次出现后结束。',
    reasons: {
      DockerHung: 'dockerd 的某个任务阻塞在内核里',
      ContainerRuntimeTaskHung: '容器运行时或 shim 的某个任务阻塞在内核里',
      KubeletTaskHung: 'kubelet 的某个任务阻塞在内核里',
      HardLockup: '某个 CPU 不再处理中断',
    },
  }),
  told<typeof conntrackExhausted>('ConntrackExhausted', {
    title: '连接跟踪表已满',
    meaning: '内核会丢弃本节点及其 Pod 每个新连接的第一个报文：DNS、Service 和探针随机失败，而一切看上去都正常。',
    detection: '内核日志："nf_conntrack: table full, dropping packet"。表中重新空出十分之一的条目时结束。',
    reasons: { ConntrackFull: '连接跟踪表已满，内核正在丢弃报文' },
  }),
  told<typeof conntrackNearLimit>('ConntrackNearLimit', {
    title: '连接跟踪表快满了',
    meaning:
      '表满之后，内核会丢弃本节点及其 Pod 每个新连接的第一个报文（"nf_conntrack: table full, dropping packet"）：DNS、Service 和探针随机失败，而一切看上去都正常。',
    detection: '/proc/sys/net/netfilter 中的 nf_conntrack_count 与 nf_conntrack_max 之比：90 % 起为警告，98 % 起为严重。',
    reasons: {
      ConntrackTableNearlyFull: '连接跟踪表的占用已达到警告比例',
      ConntrackTableFull: '连接跟踪表已满，或几乎已满',
    },
  }),
  told<typeof fileDescriptorsNearLimit>('FileDescriptorsNearLimit', {
    title: '某个守护进程或主机的文件描述符即将用尽',
    meaning:
      '到达上限的守护进程既不能接受连接也不能打开文件（"too many open files"）：运行时会随机地让调用失败，或者看起来像卡死。到达主机上限时，除 root 外谁也打不开文件。',
    detection:
      'kubelet、各运行时和控制面的 /proc/PID/fd 中的描述符数，与 /proc/PID/limits 中的软限制比较（描述符表不到其一半时不逐个数），以及 /proc/sys/fs/file-nr：90 % 起为警告，98 % 起为严重。',
    reasons: {
      ProcessDescriptorsNearLimit: '某个守护进程已用去大部分允许的描述符',
      HostFileHandlesNearLimit: '主机已用去大部分文件句柄（fs.file-max）',
    },
  }),
  told<typeof pidsNearLimit>('PidsNearLimit', {
    title: '节点的进程号即将用尽',
    meaning:
      '无法创建任务时，每次 fork 都会失败（"Resource temporarily unavailable"）：容器启动不了，exec 探针失败，谁也登录不了。在某个控制组内，只有其中的进程受影响——单元设置了 TasksMax 的运行时会启动不了 shim。',
    detection:
      '/proc/loadavg 中的任务数（含线程）与 kernel.pid_max 和 kernel.threads-max 中较小者比较，以及 kubelet、各运行时和全部 Pod 所在控制组及其所有上级的 pids.current 与 pids.max 比较：90 % 起为警告，98 % 起为严重。',
    reasons: {
      HostTasksNearLimit: '内核的任务数已接近其允许的上限',
      ControlGroupTasksNearLimit: '某个守护进程或全部 Pod 的控制组已接近其任务数上限',
    },
  }),
  told<typeof cperHardwareErrorFatal>('CperHardwareErrorFatal', {
    title: '固件报告了致命的硬件错误',
    meaning:
      '固件记录了一个硬件无法纠正的错误（UEFI 通用平台错误记录）。那块内存、那条总线或那个 CPU 里的内容已经丢失，而且很可能再次发生。',
    detection: '内核日志："[Hardware Error]: event severity: fatal"。在最后一条这样的日志之后持续一天。',
    reasons: { CperHardwareErrorFatal: '固件记录了致命的硬件错误' },
  }),
  told<typeof memoryFailure>('MemoryFailure', {
    title: '内存出现了无法纠正的错误',
    meaning: '某个内存页的内容已经丢失。内核会终止使用它的进程，或者整台主机；出过一次故障的内存条还会再出。',
    detection: '内核日志：EDAC 和机器检查处理程序报告的不可纠正错误。在最后一条这样的日志之后持续一天。',
    reasons: { UncorrectedMemoryError: '出现了无法纠正的内存错误' },
  }),
  told<typeof gpuFailure>('GpuFailure', {
    title: '某块 GPU 发生了故障',
    meaning: '驱动报告了某块 GPU 的硬件错误。在设备复位或节点重启之前，其上的工作会一直失败，也可能再也好不了。',
    detection: '内核日志：只有复位或维修才能解决的那一类 NVIDIA Xid。在最后一条这样的日志之后持续一天。',
    reasons: { GpuXidHardware: '某块 GPU 报告了自身的硬件错误' },
  }),
];
