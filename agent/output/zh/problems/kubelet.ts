import type { frequentKubeletRestart } from '../../../../lib/problems/frequent-kubelet-restart.ts';
import type { heartbeatAtRisk } from '../../../../lib/problems/heartbeat-at-risk.ts';
import type { kubeletCertificateExpiring } from '../../../../lib/problems/kubelet-certificate-expiring.ts';
import type { kubeletCertificateInvalid } from '../../../../lib/problems/kubelet-certificate-invalid.ts';
import type { kubeletUnhealthy } from '../../../../lib/problems/kubelet-unhealthy.ts';
import { type Told, told } from '../told.ts';

export const kubeletProblems: readonly Told[] = [
  told<typeof kubeletUnhealthy>('KubeletUnhealthy', {
    title: 'kubelet 没有在工作',
    meaning:
      '容器继续运行，但没有人照看：没有探针、没有重启、没有新 Pod、没有驱逐。宽限期过后节点变为 NotReady，再过 Pod 的容忍时间，替代的 Pod 会在别处启动，而旧容器仍在写它们的卷。',
    detection:
      '占有 kubelet 监听端口（10250、10248）的进程就是 kubelet，不论它叫什么名字；被 Pod 占用的端口不会去问。两个端口上的 /healthz 各有 5 s 应答时间；401 和 403 也算存活。处于 T 状态的进程是被暂停了。没有进程时，由其 systemd 单元的状态判断它是退出了、反复退出（10 分钟内 3 次运行失败）、触及了启动次数限制，还是由人停掉的。',
    reasons: {
      KubeletHung: 'kubelet 进程存在，但不应答、没有监听，或者被暂停了',
      KubeletDown: '这台主机应当有 kubelet，却没有运行',
      KubeletCrashLooping: 'kubelet 每次启动后很快就退出；重启治不好',
      KubeletStartLimitHit: '启动失败次数过多，systemd 不再启动 kubelet',
      KubeletStopped: 'kubelet 被人停止、禁用或屏蔽（mask）了',
    },
  }),
  told<typeof heartbeatAtRisk>('HeartbeatAtRisk', {
    title: '节点的心跳没有及时到达控制面',
    meaning:
      'kubelet 每 10 s 续约一次 Lease。若超过 controller-manager 的宽限期仍未续约，节点会被标为 Unknown 并打上污点；再过 5 分钟，其上的 Pod 会被删除并在别处启动，而它们在这里可能仍在运行，并写着同样的卷。',
    detection:
      '本节点在 kube-node-lease 中的 Lease 及节点状态的新旧，与宽限期（--node-monitor-grace-period：40 s，v1.32 起为 50 s）比较。达到宽限期的 65 %（漏掉两次续约）为疑似，达到四分之三为确认，超过则为严重。已考虑本机与 API server 的时钟差。连不上 API server 在这里不算问题：此时什么都无从得知；但它拒绝 kubelet 自己的凭据则算。',
    reasons: {
      HeartbeatLate: 'Lease 漏掉了续约，但宽限期还没过',
      HeartbeatLost: 'Lease 已超过宽限期，或者控制面已经放弃了这个节点',
      KubeletDenied: 'API server 拒绝 kubelet 以自己的身份访问其 Node 和 Lease，因此它无法续约',
      LeaseMissing: '节点没有 Lease，而其状态的更新又不够频繁，不足以代替',
      StatusStale: 'Lease 在续约，节点状态却没有更新：控制面所知道的是旧信息',
      NodeMissing: 'kubelet 持有本节点的凭据，集群中却没有这个 Node：它被删除了，或者从未注册成功',
    },
  }),
  told<typeof kubeletCertificateExpiring>('KubeletCertificateExpiring', {
    title: '本节点赖以工作的某个证书即将到期',
    meaning:
      'kubelet 的客户端证书到期后，它就无法再与 API server 通信：节点变为 NotReady，Pod 被迁走。控制面或 CA 的证书到期会拖垮整个集群。任何重启都治不好。',
    detection:
      'kubelet 的客户端和服务端证书、其 kubeconfig 内含及引用的证书、其客户端 CA，以及 /etc/kubernetes 下 kubeadm 的证书。剩余不足 30 天（CA 为 90）或不足有效期的三分之一为警告，不足 7 天或十分之一为严重。kubelet 会在有效期的 70–90 % 处自动轮换的证书，按剩余比例判断：低于 8 % 为警告，低于 2 % 为严重。kubelet 给自己签发的服务端证书只作提示。',
    reasons: {
      KubeletClientCertificateExpiring: 'kubelet 向 API server 出示的证书即将到期或已经到期',
      KubeletServingCertificateExpiring:
        'kubelet 在 10250 端口上使用的证书即将到期或已经到期：凡是校验它的地方，logs、exec 和指标都会失败',
      ControlPlaneCertificateExpiring: '这台主机上控制面的某个证书即将到期或已经到期',
      CertificateAuthorityExpiring: '某个 CA 即将到期或已经到期：它签发的一切随之失效',
      CertificateNotYetValid: '某个证书的生效时间在将来：多半是这台主机的时钟不对',
    },
  }),
  told<typeof kubeletCertificateInvalid>('KubeletCertificateInvalid', {
    title: 'kubelet 自己说它的证书已过期',
    meaning: 'kubelet 无法向 API server 证明自己的身份：节点变为 NotReady，其上的 Pod 会被迁走，而这里的一切其实都在运行。',
    detection:
      'kubelet 在 journal 里的日志行："Part of the existing bootstrap client certificate … is expired"。kubelet 换上新证书时结束，或者在最后一条这样的日志一小时后结束。',
    reasons: { KubeletCertificateExpired: '客户端证书的一部分已经过期' },
  }),
  told<typeof frequentKubeletRestart>('FrequentKubeletRestart', {
    title: 'systemd 反复重启 kubelet',
    meaning: 'kubelet 反复退出。容器继续运行，但探针、驱逐和新 Pod 每次都要等它，节点可能在 Ready 与 NotReady 之间来回跳。',
    detection:
      'systemd 自己的计数（NRestarts，systemd 235 起）在 20 分钟内增加了 5 次；由人或本程序发起的重启，以及开机后头 5 分钟内的重启不计入。调用 log-counter 的日志监控会在 journal 里发现同一类问题。',
    reasons: { FrequentKubeletRestart: 'systemd 重启 kubelet 的次数超出正常范围' },
  }),
];
