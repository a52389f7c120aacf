import type { agentUnhealthy } from '../../../../lib/problems/agent-unhealthy.ts';
import type { clockUnsynchronized } from '../../../../lib/problems/clock-unsynchronized.ts';
import type { drainConditionMet } from '../../../../lib/problems/drain-condition-met.ts';
import type { knownBadVersion } from '../../../../lib/problems/known-bad-version.ts';
import type { nodeNetworkUnhealthy } from '../../../../lib/problems/node-network-unhealthy.ts';
import type { pluginUnhealthy } from '../../../../lib/problems/plugin-unhealthy.ts';
import type { systemdOutdated } from '../../../../lib/problems/systemd-outdated.ts';
import { type Told, told } from '../told.ts';

export const hostProblems: readonly Told[] = [
  told<typeof agentUnhealthy>('AgentUnhealthy', {
    title: 'nodemend 自己没有看到或没有留住应有的东西',
    meaning:
      '检查项不再查看的东西，既不会被发现也不会被修复，它的问题也永远不会结束。单凭这一点并不说明节点有毛病；只是它受到的照看没有其状况所说的那么周密。',
    detection:
      '由本程序对自己判断，使用从不跳变的时钟：某个检查项三个周期没有结果，且超过其读取所允许的时间；某个检查项十分钟无法判断；台账不在磁盘上。doctor 只看一次，因此跳过这一项。',
    reasons: {
      CheckStopped: '某个检查项已有数个周期没有结果：它要读取的东西卡住了，或者本程序分不到 CPU',
      CheckBlind: '某个检查项在运行，但已有数分钟无法判断是否一切正常',
      LedgerLost: '台账不在磁盘上：每次开机每个单元最多重启一次，做过的事在主机重启后会被忘记',
    },
  }),
  told<typeof pluginUnhealthy>('PluginUnhealthy', {
    title: '某个自定义插件无法运行',
    meaning: '该插件要查看的东西没有人查看：其状况为 Unknown，它的问题也永远不会结束。单凭这一点并不说明节点有毛病。',
    detection:
      '自定义插件监控（monitors.directory）的某个程序不存在、不可执行、可被 root 以外的用户写入（它本身、其上级目录，或路径上的链接所指之处）、无法启动，或者前一次运行的进程在 SIGKILL 之后仍然存在。',
    reasons: { PluginNotRun: '某个插件不存在、被拒绝，或者前一次运行仍未结束' },
  }),
  told<typeof clockUnsynchronized>('ClockUnsynchronized', {
    title: '节点的时钟没有校准',
    meaning:
      '时钟漂移会破坏一切比较时间的东西：证书和令牌被拒绝，租约看似过期，日志排不出先后，etcd 发出警告。时钟跳变则会让这一切同时发生。',
    detection:
      '取自正在运行的时间同步守护进程：`chronyc tracking`，或经由 timedatectl 读取内核自己的标志（在服务器最后一次应答约九小时之后才会变化）。该守护进程启动后的头 10 分钟内为疑似。偏差超过 1 s，或日期早于 2024 年，则立即算数。没有时间同步守护进程的主机跳过：其时钟可能由虚拟化平台维持。',
    reasons: {
      ClockNotSynchronized: '时间同步守护进程在运行，但还没有服务器告诉它时间',
      ClockOffsetLarge: '时钟与时间服务器的偏差超出允许范围',
      ClockImplausible: '时钟显示的日期早于本程序写成之时',
    },
  }),
  told<typeof drainConditionMet>('DrainConditionMet', {
    title: 'Node 上有一个状况成立，运维人员要求为此排空该节点',
    meaning:
      '运维人员在 remedies.drain.conditions 中列出了一些状况（正如 Draino 的命令行那样），其中一个已经成立了足够久。该状况本身的含义由写它的一方说明：kubelet、node-problem-detector，或者本程序。',
    detection:
      'Node 各状况的类型与状态，以及按 API server 的时钟计算的、自 lastTransitionTime 以来的时间；每 30 s 查看一次，每次写报告时也会查看。remedies.drain.nodeSelector 没有选中的节点不受影响。',
    reasons: { ConditionStands: '运维人员所列的某个状况已经成立了规定的时间' },
  }),
  told<typeof knownBadVersion>('KnownBadVersion', {
    title: '某个组件的版本已知会损害节点',
    meaning: '现在未必有什么不对：但一旦出问题，应当首先想到它；也值得提前治好。',
    detection:
      '按发行版自己的版本次序，将已安装的软件包（rpm、dpkg）和正在运行的内核与本程序自带的规则以及 /etc/nodemend/known-bad-versions.yaml 中的规则比较；规则还可以附加条件，例如 systemd-networkd 之外还有 CNI 插件的路由规则。',
    reasons: { VersionKnownBad: '有一条版本规则与本节点相符' },
  }),
  told<typeof systemdOutdated>('SystemdOutdated', {
    title: '这个 systemd 版本已知会损害节点，而更新的版本不会',
    meaning:
      '219-67.el7 之前的 systemd 219 会随着容器的来去泄漏 mount 和 scope 单元。运行时对它的调用越来越慢，直到卡死，表现为 PLEG 异常。重启守护进程或主机只能缓解一时。其他版本由 /etc/nodemend/known-bad-versions.yaml 中的规则指明。补救措施 upgrade-systemd 会执行这里所建议的步骤，但只在由本程序排空的节点上、且已开启时执行。',
    detection:
      'CentOS、RHEL 和 Oracle Linux 7 上已安装的软件包 `systemd`，按 rpm 自己的次序（epoch、version、release）与 219-67.el7 比较；以及运维人员针对 systemd 写的、指明首个正常版本（`below`）的规则。',
    reasons: {
      SystemdLeaksUnits: '已安装的 systemd 会泄漏 mount 和 scope 单元',
      SystemdKnownBad: '运维人员的某条规则指明了已安装的 systemd',
    },
  }),
  told<typeof nodeNetworkUnhealthy>('NodeNetworkUnhealthy', {
    title: '节点或其 Pod 的网络没有就绪',
    meaning:
      '没有 Pod 网络，这里就启动不了 Pod，节点为 NotReady；没有通往 API server 的路，kubelet 的心跳就会中断，宽限期过后，本节点的 Pod 会在别处启动。',
    detection:
      '运行时通过 CRI 给出的 NetworkReady，或 kubelet 在节点 Ready 状况中所说的话；若 kubelet 使用 CNI，则看 CNI 配置；主机主路由表中的默认路由；以及与 API server 建立不了连接时，网关在链路上是否应答。连接被拒绝，或被接受却 7 s 没有应答，为警告：路是通的，只是无人服务。应答耗时 2.5 s 也是。',
    reasons: {
      NetworkNotReady: '运行时或 kubelet 说 Pod 网络没有就绪',
      CniConfigurationMissing: '没有 CNI 配置：它由网络插件自己的 Pod 在启动时写入，可能被删掉了，也可能从未写入',
      NoDefaultRoute: '主机没有默认路由；若连不上 API server 则为严重',
      ApiServerUnreachable: 'API server 拒绝连接或不应答，或者网关有应答却建立不了连接：问题在过滤规则、路由或负载均衡器',
      ApiServerSlow: 'API server 应答迟缓：心跳也会迟缓',
      GatewayUnreachable: '与 API server 建立不了连接，网关在链路上也不应答',
      NameNotResolved: 'API server 的名称解析不出来',
    },
  }),
];
