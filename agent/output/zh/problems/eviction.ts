import type { evictionSignalUnguarded } from '../../../../lib/problems/eviction-signal-unguarded.ts';
import type { evictionThresholdMet } from '../../../../lib/problems/eviction-threshold-met.ts';
import type { evictionThresholdNear } from '../../../../lib/problems/eviction-threshold-near.ts';
import type { evictionThresholdRefused } from '../../../../lib/problems/eviction-threshold-refused.ts';
import type { evictionTuningBroken } from '../../../../lib/problems/eviction-tuning-broken.ts';
import type { nodeOvercommitted } from '../../../../lib/problems/node-overcommitted.ts';
import { bySignal, type Told, told } from '../told.ts';

export const evictionProblems: readonly Told[] = [
  told<typeof evictionSignalUnguarded>('EvictionSignalUnguarded', {
    title: '某个驱逐信号失去了默认阈值',
    meaning:
      '只写一部分的 evictionHard 会取代其余所有信号的默认值：它们不足时 kubelet 不再动作，垮掉的将是整个节点而不是某个 Pod。常见的 --eviction-hard=nodefs.available<5% 附加配置正中此坑。',
    detection:
      '将生效的 evictionHard 和 evictionSoft（命令行参数、--config-dir、--config、该版本 kubelet 的默认值）与该版本的默认值比较。不计入的有：点名关闭的信号（0% 或 100%）、与 nodefs 同一文件系统上的 imagefs、本来就没有默认值的 pid.available。',
    reasons: bySignal((signal) => `${signal} 无人看守：kubelet 没有为它设置阈值`),
  }),
  told<typeof evictionThresholdMet>('EvictionThresholdMet', {
    title: 'kubelet 正在驱逐 Pod',
    meaning:
      '某种资源已低于驱逐阈值。kubelet 会设置 MemoryPressure、DiskPressure 或 PIDPressure 及其污点，拒绝新的 Pod，回收能回收的东西，然后逐个终止 Pod：硬阈值不给宽限期，也不理会 PodDisruptionBudget。资源恢复之后，该状况还会保留 evictionPressureTransitionPeriod（5m）。',
    detection:
      '按 kubelet 自己的公式计算每个驱逐信号，看是否低于生效的阈值：硬阈值为严重；软阈值先为警告，持续超过其宽限期后为严重。没有 kubelet 的主机以默认阈值为参照，只报警告。',
    reasons: bySignal((signal) => `${signal} 已低于阈值`),
  }),
  told<typeof evictionThresholdNear>('EvictionThresholdNear', {
    title: 'kubelet 即将驱逐 Pod',
    meaning:
      '某种资源的剩余量已接近阈值；一旦低于阈值，kubelet 就会设置压力状况、拒绝新的 Pod 并终止正在运行的 Pod。现在还没有 Pod 受影响：正是该动手的时候。',
    detection:
      '按 kubelet 自己的公式计算每个驱逐信号，与其生效的硬阈值和软阈值比较。接近：高出阈值的部分不足阈值的五分之一或容量的 2 %（取较大者），或者按目前的趋势（至少 60 s 内至少 5 个样本的中位斜率，且持续下降）不到 10 分钟就会触及；仅凭趋势只算疑似。',
    reasons: bySignal((signal) => `${signal} 已接近阈值，或者很快就会接近`),
  }),
  told<typeof evictionThresholdRefused>('EvictionThresholdRefused', {
    title: 'kubelet 会拒绝其配置中的某个驱逐阈值',
    meaning:
      '正在运行的 kubelet 早已读过配置，所以仍在工作。下一次启动——主机重启、升级或补救措施——会反复报错退出，在有人改正文件之前，这个节点就失去了。',
    detection: '按该版本 kubelet 启动时检查阈值的规则，检查命令行参数、--config-dir 和 --config。',
    reasons: { ThresholdRefused: 'kubelet 会拒绝其配置中的某个阈值：下次将无法以此配置启动' },
  }),
  told<typeof evictionTuningBroken>('EvictionTuningBroken', {
    title: 'tune eviction 对驱逐阈值所做的改动没有如期生效',
    meaning:
      'tune eviction 会修改 kubelet 的文件、重启它，并证明它以新配置运行。中途被终止时会留下一份操作日志，下次运行会完成改动或把每个字节恢复原状。被冻结的命令（--freeze-command）重复了单元的整个 ExecStart=：软件包的新版本改了这条命令时，冻结的那条仍会继续使用，而它未必能启动新的 kubelet。',
    detection:
      'tune eviction 在 /var/lib/nodemend 中的操作日志；被冻结命令所携带的基准命令哈希，与单元及其他附加配置目前给出的命令比较。',
    reasons: {
      ChangeInterrupted: '一次阈值改动已经开始，却既没有完成也没有恢复',
      BaseCommandChanged: 'tune eviction --freeze-command 冻结的命令已不再是该单元的命令',
    },
  }),
  told<typeof nodeOvercommitted>('NodeOvercommitted', {
    title: '许给本节点 Pod 的资源多于它实际拥有的',
    meaning:
      '限制（limits）之和超过节点所有是常事，这是一个无法同时对所有人兑现的承诺：负载高时 Pod 会被限速，或因内存不足被终止。请求（requests）之和超过则意味着调度器所依赖的资源其实并不存在。',
    detection:
      '本节点各 Pod 有效的请求与限制之和（容器、边车、init 容器、overhead），与其可分配的 CPU 和内存比较。超过 100 % 为提示；若任务同时在等待（最近一分钟的 PSI，没有 PSI 则看负载），或工作集超过可分配内存的 90 %，则为警告。没有写请求的 Pod 在此不计。',
    reasons: {
      RequestsExceedAllocatable: 'Pod 的请求之和超过了可分配量',
      LimitsExceedAllocatable: 'Pod 的限制之和超过了可分配量',
    },
  }),
];
