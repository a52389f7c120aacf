/** What checks say of the host and the cluster, part by part between semicolons, by the English sentence. */
export const OF_HOST: Readonly<Record<string, string>> = {
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
