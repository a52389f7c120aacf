/** Why a remedy is held, by the English text behind the guard's id; ids stay as they are. */
export const HOLDS: Readonly<Record<string, string>> = {
  'mode: observe': 'mode: observe（只观察）',
  'mode: the Node says nodemend.io/mode=observe': 'mode: Node 上写着 nodemend.io/mode=observe',
  'mode: here it would disrupt: {what}': 'mode: 在这里会影响：{what}',
  'not-persistent: the problem is {state}': 'not-persistent: 问题尚在 {state} 状态',
  'paused until {time}: {reason}': 'paused: 暂停到 {time}：{reason}',
  'paused until {time}': 'paused: 暂停到 {time}',
  'paused: {reason}': 'paused: 已暂停：{reason}',
  paused: 'paused: 已暂停',
  'starting: the host has been up for {time}': 'starting: 主机开机才 {time}',
  'starting: the host is booting': 'starting: 主机正在开机',
  'starting: the host is starting': 'starting: 主机正在启动服务',
  'starting: the host is shutting down': 'starting: 主机正在关机',
  'never-healthy: the probe has not passed since {unit} was started': 'never-healthy: 自 {unit} 启动以来，该探测从未通过',
  'pending-change: a restart would apply what no run has tried: {changes}':
    'pending-change: 重启会使从未试过的改动生效：{changes}',
  'pressure: starved, not hung: {why}': 'pressure: 是资源不足，而不是卡死：{why}',
  'window: outside the maintenance windows {windows}': 'window: 不在维护窗口 {windows} 之内',
  'human: the node was cordoned by {who}': 'human: 节点已被 {who} 封锁',
  'layout: the kubelet runs in a container: a restart of that is its runtime’s':
    'layout: kubelet 运行在容器里：由其运行时负责重启',
  'layout: the kubelet runs inside {name}: a restart would end more than the kubelet':
    'layout: kubelet 运行在 {name} 之内：重启会波及 kubelet 之外的东西',
  'other-repairer: {name} repairs {what} itself': 'other-repairer: {name} 自己会修复 {what}',
  'cooldown: it ran {ago} s ago; it rests {rest} s': 'cooldown: 它在 {ago} s 前运行过；要歇 {rest} s',
  'not-drained: nothing proves that this node is cordoned and empty': 'not-drained: 没有证据表明本节点已封锁并排空',
};
