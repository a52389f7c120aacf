import { tell } from './tell.ts';

/** Parts of sentences that come from elsewhere: where a threshold stands, why something is not known. */
export const FRAGMENTS: Readonly<Record<string, string>> = {
  '{amount}, default ({version})': '{amount}，默认值（{version}）',
  'default ({version})': '默认值（{version}）',
  'default (no kubelet)': '默认值（没有 kubelet）',
  '{amount}, flag {flag}': '{amount}，命令行参数 {flag}',
  'flag {flag}': '命令行参数 {flag}',
  'as above': '同上',
  hard: '硬',
  soft: '软',
  'a ping': 'ping',
  'one container': '1 个容器',
  '{count} containers': '{count} 个容器',
  'no socket': '没有套接字',
  'connection refused': '连接被拒绝',
  'at least {time}': '至少 {time}',
  'the kubelet ({which})': 'kubelet（{which}）',
  'the kubelet in a container ({which})': '容器中的 kubelet（{which}）',
  'the kubelet of {what} ({which})': '{what} 的 kubelet（{which}）',
  '{count} CPUs': '{count} 个 CPU',
};

/** What checks say, part by part between semicolons, by the English sentence. */
export const SENTENCES: Readonly<Record<string, string>> = {
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
  // Mounts and tasks
  '{mount} gave no answer within {time}': '{mount} 在 {time} 内没有应答',
  '{mount} is read-only ({word}) though it is meant to be written to': '{mount} 是只读的（{word}），尽管它本应可写',
  '{count} file systems that must be writable are, none of {all} mounts went read-only':
    '{count} 个必须可写的文件系统都可写，{all} 个挂载点都没有变成只读',
  'no network or FUSE file system is mounted': '没有挂载网络或 FUSE 文件系统',
  'all {count} network and FUSE file systems answered': '{count} 个网络和 FUSE 文件系统都有应答',
  '{name} (PID {pid}) with {threads} threads is blocked in the kernel for {time} in {function}':
    '{name}（PID {pid}，{threads} 个线程）在内核的 {function} 中阻塞了 {time}',
  '{name} (PID {pid}) is blocked in the kernel for {time} in {function}':
    '{name}（PID {pid}）在内核的 {function} 中阻塞了 {time}',
  '{name} (PID {pid}) is blocked in the kernel for {time}': '{name}（PID {pid}）在内核中阻塞了 {time}',
  '{count} more processes are blocked in the kernel': '另有 {count} 个进程阻塞在内核中',
  'none of {count} tasks is stuck in uninterruptible sleep': '{count} 个任务都没有卡在不可中断睡眠中',
  // Cluster
  'the kubelet renewed the node’s Lease {age} ago, the grace period is {grace}':
    'kubelet 上次续约节点的 Lease 是在 {age} 前，宽限期为 {grace}',
  'the node’s status is {age} old, the kubelet reports it every {time}': '节点状态是 {age} 前的，而 kubelet 每 {time} 上报一次',
  'the control plane has given the node up: Ready is Unknown': '控制面已放弃这个节点：Ready 为 Unknown',
  'Lease renewed {age} ago, status {old} old': 'Lease 在 {age} 前续约，节点状态是 {old} 前的',
  'Lease renewed {age} ago': 'Lease 在 {age} 前续约',
  'the grace period is {grace}': '宽限期为 {grace}',
  'the kubelet tells of no trouble with the API server, its status was {age} old':
    'kubelet 没有提到与 API server 之间的问题，其状态是 {age} 前的',
  'the API server {server} refused the connection': 'API server {server} 拒绝了连接',
  'the API server answered within {time}': 'API server 在 {time} 内应答',
  'the API server took {time} to answer': 'API server 用了 {time} 才应答',
  'the kubelet says it is ready, the pod network included': 'kubelet 说自己已就绪，Pod 网络也是',
  '{name} says that the pod network is ready': '{name} 说 Pod 网络已就绪',
  'the pod network is not ready: {why}': 'Pod 网络没有就绪：{why}',
  'CNI configuration {file}': 'CNI 配置 {file}',
  'default route via {gateway} on {device}': '默认路由经 {device} 到 {gateway}',
  'the host has no default route': '主机没有默认路由',
  '{count} pods on this node, none of them stuck': '本节点有 {count} 个 Pod，没有卡住的',
  '{pod} is bound to the node for {time} and not created: {why}': '{pod} 绑定到本节点已 {time}，仍未创建：{why}',
  '{pod} is Terminating for {time} beyond its grace of {grace}: {why}':
    '{pod} 处于 Terminating，已超出其宽限期 {grace} 达 {time}：{why}',
  '{pod} is Terminating for {time} beyond its grace: {why}': '{pod} 处于 Terminating，已超出其宽限期达 {time}：{why}',
  'no kubeconfig: this host has not joined a cluster': '没有 kubeconfig：这台主机没有加入集群',
  '{resource}: requests {requests}, limits {limits} of {allocatable}':
    '{resource}：请求占 {requests}，限制占 {limits}，可分配 {allocatable}',
  'tasks waited for {resource} {share} of the last minute': '最近一分钟有 {share} 的时间有任务在等 {resource}',
  'the Node has no {condition}': 'Node 上没有 {condition}',
  '{condition} has stood on the Node for {time}': '{condition} 在 Node 上已成立 {time}',
  '{condition} has stood for {time}, and counts after {after}': '{condition} 已成立 {time}，满 {after} 才算数',
  // Host
  '{count} of {limit} connections tracked ({share})': '已跟踪 {count} 个连接，上限 {limit}（{share}）',
  '{count} packets dropped since boot': '开机以来丢弃了 {count} 个报文',
  '{count} of {limit} file handles of the host are in use': '主机已用 {count} 个文件句柄，上限 {limit}',
  '{name} has at most {open} of {most} descriptors open': '{name} 打开的描述符至多 {open} 个，上限 {most}',
  '{count} of {limit} tasks ({name})': '任务数 {count}，上限 {limit}（{name}）',
  '{count} certificates': '{count} 个证书',
  'one certificate': '1 个证书',
  'the first to end is {place} in {time}, and the kubelet renews it': '最先到期的是 {place}，还有 {time}，kubelet 会续期',
  'the first to end is {place} in {time}': '最先到期的是 {place}，还有 {time}',
  '{place} ({subject}) ends in {time}': '{place}（{subject}）将在 {time} 后到期',
  '{place} ({subject}) ended {time} ago': '{place}（{subject}）已在 {time} 前到期',
  'the kubelet should have renewed it by now': 'kubelet 此时本应已经续期',
  'no certificates of a kubelet or of kubeadm on this host': '这台主机上没有 kubelet 或 kubeadm 的证书',
  'no time daemon runs on this host (chronyd, ntpd, systemd-timesyncd)':
    '这台主机上没有运行时间同步守护进程（chronyd、ntpd、systemd-timesyncd）',
  '{name} keeps the clock within {distance} ({says})': '{name} 使时钟偏差保持在 {distance} 以内（{says}）',
  'the clock is off by {distance}, allowed are {most}': '时钟偏差 {distance}，允许 {most}',
  '{name} runs for {time} and has not synchronized the clock': '{name} 已运行 {time}，还没有同步时钟',
  'only a running agent follows the logs: nodemend status': '只有运行中的 agent 才跟踪日志：nodemend status',
  'only a running agent knows when its checks ran: nodemend status': '只有运行中的 agent 才知道检查项何时运行：nodemend status',
  'only a running agent runs plugins: nodemend status': '只有运行中的 agent 才运行插件：nodemend status',
  'only a running agent sees restarts: nodemend status': '只有运行中的 agent 才看得到重启：nodemend status',
  'none of {count} rules matches: {seen} on {system}': '{count} 条规则都不相符：{seen}，运行于 {system}',
  'systemd restarted {unit} {count} times within {time}': 'systemd 在 {time} 内重启了 {unit} {count} 次',
};

const fragment = tell(FRAGMENTS);

/** What a silent daemon was doing stands behind its name. */
export const EFFORTS: Readonly<Record<string, string>> = {
  'is stopped (state T): somebody sent it SIGSTOP or attached a debugger':
    '而且已被暂停（T 状态）：有人向它发了 SIGSTOP，或挂上了调试器',
  'was in uninterruptible sleep (state D) in {function} for {time}': '而且在 {function} 中处于不可中断睡眠（D 状态）达 {time}',
  'used {cpu} of CPU in {time}: it works, slowly': '{time} 内用了 {cpu} 的 CPU：它在工作，只是很慢',
  'used {cpu} of CPU in {time}': '{time} 内只用了 {cpu} 的 CPU',
  'had its threads wait {waited} for a CPU in {time}: starved, not hung':
    '其线程在 {time} 内等了 {waited} 的 CPU：是分不到 CPU，而不是卡死',
  'could not be watched meanwhile, so hung is not proved': '其间无法观察它，所以不能证明卡死',
};
const effort = tell(EFFORTS);

const part = tell(SENTENCES, (value) => effort(fragment(value)));

export const fragmentInChinese = fragment;

/** Sentence by sentence; one that nobody has put into Chinese stays as it is, with the marks around it. */
export function sentenceInChinese(text: string): string {
  const sentences = text.split('; ').map((one) => ({ one, told: part(one) }));
  return sentences
    .map(({ one, told }, at) => {
      const next = sentences[at + 1];
      if (next === undefined) return told;
      return told === one || next.told === next.one ? `${told}; ` : `${told}；`;
    })
    .join('');
}
