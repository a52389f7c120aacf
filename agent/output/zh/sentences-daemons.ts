/** What checks say of thresholds, runtimes and the kubelet, part by part between semicolons, by the English sentence. */
export const OF_DAEMONS: Readonly<Record<string, string>> = {
  // Eviction
  '{signal} is {observed} of {capacity} ({share}), below the {kind} threshold {text} ({more})':
    '{signal} 为 {observed}，总量 {capacity}（{share}），低于{kind}阈值 {text}（{more}）',
  '{signal} is {observed} of {capacity} ({share}), above the {kind} threshold {text} ({more})':
    '{signal} 为 {observed}，总量 {capacity}（{share}），高于{kind}阈值 {text}（{more}）',
  '{signal} is {observed} of {capacity} ({share}), {headroom} above the {kind} threshold {text} ({more}), about {left} left at the present trend':
    '{signal} 为 {observed}，总量 {capacity}（{share}），比{kind}阈值 {text}（{more}）高 {headroom}，按目前的趋势约剩 {left}',
  '{signal} is {observed} of {capacity} ({share}), {headroom} above the {kind} threshold {text} ({more})':
    '{signal} 为 {observed}，总量 {capacity}（{share}），比{kind}阈值 {text}（{more}）高 {headroom}',
  '{signal} is {observed} of {capacity} ({share}), and no threshold':
    '{signal} 为 {observed}，总量 {capacity}（{share}），没有阈值',
  '{signal} is {observed} of {capacity} ({share})': '{signal} 为 {observed}，总量 {capacity}（{share}）',
  'pods are evicted when it stays so for {grace}': '若持续 {grace} 就会驱逐 Pod',
  'its threshold is not known': '其阈值未知',
  'the thresholds are not known: {why}': '阈值未知：{why}',
  'nobody guards {signal}: evictionHard ({source}) does not name it, and so its default {value} is lost':
    '{signal} 无人看守：evictionHard（{source}）没有写它，因此失去了默认值 {value}',
  '{signal}: hard {text} from {source}': '{signal}：硬阈值 {text}，来自 {source}',
  '{signal}: soft {text} from {source}': '{signal}：软阈值 {text}，来自 {source}',
  '{signal} has no threshold, and none by default': '{signal} 没有阈值，默认也没有',
  '{signal} has no threshold': '{signal} 没有阈值',
  'images lie on the filesystem of nodefs': '镜像与 nodefs 在同一文件系统上',
  'a kubelet started with it exits': '以此启动的 kubelet 会退出',
  // Runtime
  '{name} gave no answer to {call} within {time} (its backlog is full) and {why}':
    '{name} 在 {time} 内没有应答 {call}（其连接队列已满），{why}',
  '{name} gave no answer to {call} within {time} and {why}': '{name} 在 {time} 内没有应答 {call}，{why}',
  '{name} answers {call} but gave no list of containers within {time} and {why}':
    '{name} 应答 {call}，但在 {time} 内没有给出容器列表，{why}',
  '{name} did not answer inspect of container {container} of pod {pod} ({id}) within {time} while {count} others did':
    '{name} 在 {time} 内没有应答对 Pod {pod} 的容器 {container}（{id}）的 inspect，而其他 {count} 个都有应答',
  '{name} did not answer inspect of container {container} of pod {pod} ({id}) within {time}':
    '{name} 在 {time} 内没有应答对 Pod {pod} 的容器 {container}（{id}）的 inspect',
  '{name} did not answer inspect of container {container} ({id}) within {time} while {count} others did':
    '{name} 在 {time} 内没有应答对容器 {container}（{id}）的 inspect，而其他 {count} 个都有应答',
  '{name} did not answer inspect of container {container} ({id}) within {time}':
    '{name} 在 {time} 内没有应答对容器 {container}（{id}）的 inspect',
  'its shim is stopped (state T)': '它的 shim 已被暂停（T 状态）',
  'its shim is in uninterruptible sleep (state D): look for the disk or mount it waits for':
    '它的 shim 处于不可中断睡眠（D 状态）：请找出它在等的磁盘或挂载点',
  '{name} does not listen on {socket} ({how}) although {unit} is {state}':
    '{name} 没有在 {socket} 上监听（{how}），尽管 {unit} 的状态是 {state}',
  '{name} does not listen on {socket} ({how})': '{name} 没有在 {socket} 上监听（{how}）',
  '{name} does not run: {unit} is {state}': '{name} 没有运行：{unit} 的状态是 {state}',
  '{name} says it is not ready: {why}': '{name} 说自己没有就绪：{why}',
  '{name} answers in {time}, its list of {containers} in {listed}': '{name} 应答用时 {time}，列出 {containers}用时 {listed}',
  '{name} answers in {time}': '{name} 应答用时 {time}',
  'inspect answers for all containers ({count})': '所有容器（{count} 个）的 inspect 都有应答',
  'inspect answers for the {total} of {all} containers whose pods changed':
    '{all} 个容器中，所属 Pod 有变化的 {total} 个的 inspect 都有应答',
  'there is no container': '没有容器',
  '{socket}: permission denied': '{socket}：权限不足',
  'run as root': '请以 root 运行',
  'no container runtime on this host': '这台主机上没有容器运行时',
  // PLEG
  'the last relist was {age} ago, against a limit of {limit}, 99 % of its relists within {usual}':
    '距上次 relist 已过 {age}，上限 {limit}，其 99 % 的 relist 在 {usual} 以内',
  'the last relist was {age} ago, against a limit of {limit}': '距上次 relist 已过 {age}，上限 {limit}',
  'the last relist was {age} ago, by the journal of {unit}': '据 {unit} 的 journal，距上次 relist 已过 {age}',
  "the last relist was {age} ago, by the node's Ready condition": '据节点的 Ready 状况，距上次 relist 已过 {age}',
  'the last relist was {age} ago, 99 % of its relists within {usual} ({url})':
    '距上次 relist 已过 {age}，其 99 % 的 relist 在 {usual} 以内（{url}）',
  'the last relist was {age} ago ({url})': '距上次 relist 已过 {age}（{url}）',
  'the kubelet started {age} ago and has not listed its containers yet ({url})':
    'kubelet 在 {age} 前启动，还没有列出过容器（{url}）',
  'the kubelet started {age} ago and has not listed its containers yet': 'kubelet 在 {age} 前启动，还没有列出过容器',
  "the kubelet's journal has no PLEG complaint for {time} (it complains after {limit})":
    'kubelet 的 journal 在 {time} 内没有 PLEG 方面的抱怨（超过 {limit} 才会抱怨）',
  'this kubelet reported its node as Ready {time} ago, which a PLEG older than {limit} is not':
    '这个 kubelet 在 {time} 前报告节点为 Ready，PLEG 超过 {limit} 时不会如此',
  'the kubelet started {age} ago and complains after {limit} at the earliest': 'kubelet 在 {age} 前启动，最早 {limit} 后才会抱怨',
  'the exact age needs the right nodes/metrics ({why}): nodemend rbac prints it':
    '要得知确切时间需要 nodes/metrics 权限（{why}）：nodemend rbac 会打印出来',
  // Kubelet
  '{unit} was killed by signal {signal} and systemd does not restart it': '{unit} 被信号 {signal} 终止，systemd 没有重启它',
  '{unit} failed ({result}) and systemd does not restart it': '{unit} 失败（{result}），systemd 没有重启它',
  '{unit} failed too often, systemd no longer starts it': '{unit} 失败次数过多，systemd 不再启动它',
  '{unit} was stopped cleanly and does not run for {time}': '{unit} 被正常停止，已有 {time} 没有运行',
  '{unit} is masked and does not run for {time}': '{unit} 被屏蔽（mask），已有 {time} 没有运行',
  '{unit} is disabled and does not run for {time}': '{unit} 被禁用，已有 {time} 没有运行',
  '{unit} ended ({result}) and systemd restarts it after {delay}': '{unit} 已退出（{result}），systemd 将在 {delay} 后重启它',
  '{kubelet} answers: {probes}, running for {time}': '{kubelet}有应答：{probes}，已运行 {time}',
  '{kubelet} gives no answer: {probes}': '{kubelet}没有应答：{probes}',
  '{kubelet} says it is not healthy: {probes}': '{kubelet}说自己不健康：{probes}',
  '{kubelet} failed {count} times within a few minutes': '{kubelet}在几分钟内失败了 {count} 次',
  'its last words: {line}': '它最后说的是：{line}',
  'no kubelet on this host': '这台主机上没有 kubelet',
};
