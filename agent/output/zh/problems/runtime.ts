import type { containerRuntimeUnhealthy } from '../../../../lib/problems/container-runtime-unhealthy.ts';
import type { corruptDockerOverlay2 } from '../../../../lib/problems/corrupt-docker-overlay2.ts';
import type { frequentContainerdRestart } from '../../../../lib/problems/frequent-containerd-restart.ts';
import type { frequentDockerRestart } from '../../../../lib/problems/frequent-docker-restart.ts';
import type { plegUnhealthy } from '../../../../lib/problems/pleg-unhealthy.ts';
import type { podStuck } from '../../../../lib/problems/pod-stuck.ts';
import { type Told, told } from '../told.ts';

const hung = (daemon: string) => `${daemon} 接受连接，却一个请求也不应答，而且没有在做任何事`;
const slow = (daemon: string) => `${daemon} 迟迟不应答，但仍在工作，或者分不到 CPU`;
const RESTARTS =
  'systemd 自己的计数（NRestarts，systemd 235 起）在 20 分钟内增加了 5 次；由人或本程序发起的重启，以及开机后头 5 分钟内的重启不计入。调用 log-counter 的日志监控会在 journal 里发现同一类问题。';
const RUNTIME_ENDS = '运行时反复退出。期间没有容器能启动或停止，kubelet 发出的请求都会失败，PLEG 随之变为不健康。';

export const runtimeProblems: readonly Told[] = [
  told<typeof containerRuntimeUnhealthy>('ContainerRuntimeUnhealthy', {
    title: '容器运行时没有在工作',
    meaning:
      'kubelet 通过容器运行时来启动、停止和监视容器。运行时卡死期间，已在运行的容器不受影响，但无法启动、停止、执行 exec 探针或清理任何容器；三分钟后 PLEG 变为不健康，节点变为 NotReady。',
    detection:
      '通过套接字发起最轻量的调用（docker：/_ping，CRI：Version）和完整的容器列表，各限时 8s。卡死（hung）：没有应答，且在这段时间里该守护进程所有线程合计用去的 CPU 不到 20ms，也几乎没有等待 CPU，或者处于 T 或 D 状态。缓慢（slow）：没有应答，但有进展；须持续 60s（列表为 120s）才算确认。停止（down）：无人监听，或其单元没有运行。ContainerHung：对该容器的 inspect（containerd 为 stats）在 2s 内没有应答，而其他容器有应答；若其 shim 已被暂停则立即确认，否则 20s 后确认。在 relist 迟到、有 shim 被暂停或另有异常时检查全部容器，平时只检查所属 Pod 有变化的容器',
    reasons: {
      DockerHung: hung('dockerd'),
      DockerSlow: slow('dockerd'),
      DockerDown: 'dockerd 没有运行、没有监听，或者只返回错误',
      CriDockerdHung: hung('cri-dockerd'),
      CriDockerdDown: 'cri-dockerd 没有运行、没有监听，或者自称尚未就绪',
      ContainerdHung: hung('containerd'),
      ContainerdSlow: slow('containerd'),
      ContainerdDown: 'containerd 没有运行、没有监听、没有提供 kubelet 所需的 CRI，或者自称尚未就绪',
      CrioHung: hung('CRI-O'),
      CrioDown: 'CRI-O 没有运行、没有监听，或者自称尚未就绪',
      ContainerHung: '某个容器的 inspect 没有应答，而其他容器都有；一旦它所属的 Pod 发生变化，整个节点的 relist 都会被它卡住',
    },
  }),
  told<typeof plegUnhealthy>('PLEGUnhealthy', {
    title: 'kubelet 已看不到容器的变化',
    meaning:
      'Pod 生命周期事件生成器（PLEG）每秒列出一次所有容器。它卡住期间，退出的容器不会被重启，Pod 的变化也不会被发现；3 分钟后 kubelet 停止同步 Pod，节点变为 NotReady。',
    detection:
      '取自 kubelet 自身指标的上次 relist 距今时间：超过 max(20 s, 5 × relist 耗时的 99 分位) 为疑似，超过 max(45 s, 5 ×) 为确认，远早于 kubelet 自己的 3 分钟。启用 Evented PLEG 时不按此时间判断。没有读取指标的权限时：依据当前这个 kubelet 进程在 journal 里说的话，以及节点 Ready 状况中的消息。',
    reasons: {
      PlegStalled: '距上次 relist 的时间过长',
      PlegSlow: 'relist 仍在进行，但耗时之长很快就会被视为停滞',
    },
  }),
  told<typeof podStuck>('PodStuck', {
    title: 'Pod 既启动不了也结束不了',
    meaning:
      '几分钟都没有创建出来的 Pod 无法提供服务；结束不了的 Pod 会一直占着自己的名称、卷和设备，StatefulSet 也会一直等它。原因可能在 Pod 自身的定义，也可能在这个节点。',
    detection:
      '本节点的 Pod：处于 Terminating 的时间超过 deletionGracePeriodSeconds 外加 1 m 余量，或者已绑定到本节点却 3 m 没有容器；若没有任何失败的迹象而节点又缺 CPU，则放宽到三倍。原因取自 Pod 的状态、其事件（若身份有权读取）以及 kubelet 的日志。容器启动后又退出属于另一回事，大镜像仍在拉取也是。',
    reasons: {
      ImageNotPulled: '镜像拉取失败；若多个属主的 Pod 都失败则为警告',
      ObjectMissing: 'Pod 引用的 ConfigMap、Secret 或其中的键不存在',
      FinalizerPending: '容器都已结束，但有 finalizer 留住了 Pod：其控制器还没有完成自己的工作',
      VolumeNotReady: '卷无法挂接、挂载或卸载',
      SandboxNotCreated: 'Pod 的沙箱或其网络创建失败',
      ContainerNotCreated: '运行时没有创建出容器',
      NotCreated: '几分钟没有容器，也没有任何原因说明',
      TerminatingBeyondGrace: 'Pod 早该结束，但其容器仍在运行，或者 kubelet 尚未处理完它',
    },
  }),
  told<typeof corruptDockerOverlay2>('CorruptDockerOverlay2', {
    title: 'docker 读不出镜像的层',
    meaning: 'overlay2 下的某个链接或目录丢失或损坏，多半发生在断电或磁盘写满之后：相关镜像的容器在本节点上再也启动不了。',
    detection:
      'dockerd 在 journal 里的日志行："returned error: readlink …/overlay2…: invalid argument"。在最后一条这样的日志之后持续 2 小时。',
    reasons: { CorruptDockerOverlay2: 'dockerd 读不出 overlay2 下的某个链接' },
  }),
  told<typeof frequentContainerdRestart>('FrequentContainerdRestart', {
    title: 'systemd 反复重启 containerd',
    meaning: RUNTIME_ENDS,
    detection: RESTARTS,
    reasons: { FrequentContainerdRestart: 'systemd 重启 containerd 的次数超出正常范围' },
  }),
  told<typeof frequentDockerRestart>('FrequentDockerRestart', {
    title: 'systemd 反复重启 docker',
    meaning: RUNTIME_ENDS,
    detection: RESTARTS,
    reasons: { FrequentDockerRestart: 'systemd 重启 docker 的次数超出正常范围' },
  }),
];
