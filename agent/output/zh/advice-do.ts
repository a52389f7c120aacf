/** What a person is advised to do, by the English sentence; `{x}` stands for what differs. */
export const DO: Readonly<Record<string, string>> = {
  'A kubelet registers at its start: if the Node was deleted by mistake, restart it':
    'kubelet 在启动时注册：如果 Node 是误删的，重启它',
  'A leak comes back: note the version and restart the daemon in a maintenance window':
    '泄漏会再次出现：记下版本，在维护窗口内重启该守护进程',
  'Allow it to start again': '允许它再次启动',
  'Approve it': '批准它',
  'Correct the threshold before the kubelet is restarted': '在 kubelet 重启之前改正该阈值',
  'Correct it in {source}, before the kubelet is restarted': '在 kubelet 重启之前，到 {source} 中改正',
  'Correct what it complains of, then start it': '改正它所抱怨的问题，然后启动它',
  'Delete it by force only when you know that its processes have ended: a second writer destroys data':
    '只有确知其进程都已结束时才强制删除：两个写入者会毁坏数据',
  'Detach and mount it again': '卸下后重新挂载',
  'Do not remount it writable before the check: what is corrupt spreads': '检查之前不要重新挂载为可写：损坏会扩散',
  'Do not restart the kubelet or the runtime for it: they hang on the same mount again':
    '不要为此重启 kubelet 或运行时：它们会再次卡在同一个挂载点上',
  'Drain the node': '排空节点',
  'End its shim: this one container is lost and started anew, the others stay':
    '终止它的 shim：只有这一个容器会丢失并重新启动，其余不受影响',
  'End the runc calls that hang on the old one: those older than ten minutes':
    '终止卡在旧版本上的 runc 调用：只限存在超过十分钟的',
  'End the workload that leaks threads': '终止泄漏线程的工作负载',
  'Finish it, or put everything back': '完成它，或者全部恢复原状',
  'For FUSE, end the waiting requests': '对于 FUSE，中止正在等待的请求',
  'Functions of ext4, xfs, jbd2 or blk: a disk does not answer': '若是 ext4、xfs、jbd2 或 blk 的函数：磁盘没有应答',
  'Functions of nfs, fuse, cifs or ceph: a server does not answer; look at MountUnresponsive':
    '若是 nfs、fuse、cifs 或 ceph 的函数：服务器没有应答；请看 MountUnresponsive',
  'Give it to root alone': '只归 root 所有',
  'Give the unit back its own command': '把单元自己的命令还给它',
  'If it has ended already, join again with a fresh bootstrap token (kubeadm token create --print-join-command)':
    '如果已经到期，用新的引导令牌重新加入集群（kubeadm token create --print-join-command）',
  'If it is a volume of a pod, delete the pod: the kubelet mounts the volume afresh for the next one':
    '如果它是某个 Pod 的卷，删除该 Pod：kubelet 会为下一个 Pod 重新挂载',
  'If neither helps, drain the node before you reboot it': '如果都不奏效，先排空节点，再重启主机',
  'If nothing frees it, drain the node and reboot it; a clean shutdown may hang on it as well':
    '如果怎样都释放不了，排空节点并重启主机；正常关机也可能卡在它上面',
  'If the API server answers this host and not the kubelet, restart the kubelet; containers stay untouched':
    '如果 API server 应答本机却不应答 kubelet，重启 kubelet；容器不受影响',
  'If the age grows again, restart the runtime; with docker, containers survive only with live-restore':
    '如果时间又在增长，重启运行时；使用 docker 时，只有开启 live-restore 容器才能存活',
  'If the disk cannot grow and the rest is enough, lower the threshold – with the complete set, or the other signals lose theirs':
    '如果磁盘无法扩容而余量又够用，可调低阈值——要写全整套，否则其他信号会失去各自的阈值',
  'If the server will not come back, detach the mount: waiting processes get an error':
    '如果服务器不会回来了，卸下该挂载：等待中的进程会得到错误',
  'It may be gone from the bus': '它可能已从总线上消失',
  'It works, or waits for a CPU or the disk: find who takes them instead of restarting it':
    '它在工作，或者在等 CPU 或磁盘：找出是谁占用了它们，而不要重启它',
  'Keep a runaway pod from taking the node: set podPidsLimit in the kubelet configuration':
    '防止失控的 Pod 拖垮节点：在 kubelet 配置中设置 podPidsLimit',
  'Keep it': '让它长期生效',
  'Keep it for the next start': '让它在下次启动后仍然生效',
  'Keep it: kube-proxy sets the limit at its start from conntrack.maxPerCore (32768 per CPU) and conntrack.min':
    '让它长期生效：kube-proxy 启动时按 conntrack.maxPerCore（每个 CPU 32768）和 conntrack.min 设置上限',
  'Keep its log': '保留它的日志',
  'Let PID 1 run the new version': '让 PID 1 运行新版本',
  'Let UDP port 123 pass to them': '放行到这些服务器的 UDP 123 端口',
  'Let dead connections go sooner': '让失效的连接更快过期',
  'Let it go on': '让它继续运行',
  'Let the shim go on': '让该 shim 继续运行',
  'Let the static pods read the new files, one control plane node at a time': '让静态 Pod 读取新文件，一次只动一个控制面节点',
  'Make room at once': '立即腾出余量',
  'Make room at once (288 bytes of kernel memory per entry)': '立即腾出余量（每个条目占 288 字节内核内存）',
  'Make room at once (4194304 is the most a 64-bit kernel takes)': '立即腾出余量（64 位内核最多允许 4194304）',
  'Make room: the advice of each reason names the commands': '腾出空间：各个原因的建议里有命令',
  'Move the GPU work away, then reset the device or reboot': '把 GPU 任务迁走，然后复位设备或重启主机',
  'Move the largest pods away, or give them limits near their requests': '迁走最大的 Pod，或者把它们的限制设得接近请求',
  'Move the work away': '把工作负载迁走',
  'Move the work away and have the module replaced': '把工作负载迁走，并更换内存条',
  'Move the work away and reboot the node': '把工作负载迁走，并重启主机',
  'Move the work away before the next one': '在下一次出错之前把工作负载迁走',
  'Move the work away by hand': '手工把工作负载迁走',
  'Move the work away, and let docker begin anew': '把工作负载迁走，让 docker 重新来过',
  'Move the work away, and replace it': '把工作负载迁走，并更换磁盘',
  'Prove it, then uncordon (dpkg)': '确认之后解除封锁（dpkg）',
  'Prove it, then uncordon (rpm)': '确认之后解除封锁（rpm）',
  'Prove it, then uncordon': '确认之后解除封锁',
  'Pull it by hand to see the registry’s answer': '手工拉取，看镜像仓库如何应答',
  'Raise the limit of the running process': '调高正在运行的进程的上限',
  'Raise the limit of the running unit': '调高正在运行的单元的上限',
  'Renew it': '续期',
  'Renew it (before v1.20: kubeadm alpha certs renew all)': '续期（v1.20 之前：kubeadm alpha certs renew all）',
  'Repair it unmounted (the root at the next boot with fsck.mode=force on the kernel command line)':
    '卸载后修复（根文件系统则在下次开机时于内核命令行加上 fsck.mode=force）',
  'Restart it without waiting for a clean stop; running containers stay untouched':
    '不等它正常停止，直接重启；正在运行的容器不受影响',
  'Restart it; running containers stay untouched': '重启它；正在运行的容器不受影响',
  'Restart that container; the pods stay untouched': '重启该容器；Pod 不受影响',
  'Restart the agent: it remembers what it was doing': '重启本程序（agent）：它记得自己做到哪里',
  'Restart the kubelet; running containers stay untouched': '重启 kubelet；正在运行的容器不受影响',
  'Rotate it by the book, over weeks: both authorities trusted first, then everything signed anew, then the old one dropped':
    '按规程用数周时间轮换：先同时信任新旧两个 CA，再重新签发一切，最后去掉旧的',
  'Silence a rule that does not matter here: checks.known-bad-versions.ignore in /etc/nodemend/config.yaml':
    '屏蔽在这里无关紧要的规则：/etc/nodemend/config.yaml 中的 checks.known-bad-versions.ignore',
  'Start it again': '重新启动它',
  'Start it; running containers stay untouched': '启动它；正在运行的容器不受影响',
  'Start the daemon again when the servers answer': '服务器恢复应答后，重新启动该守护进程',
  'Step a clock that is far off only on a drained node: leases and certificates see the jump':
    '偏差很大的时钟只应在已排空的节点上一次拨正：租约和证书会看到这次跳变',
  'Then plan anew, without freezing it where possible': '然后重新规划，尽可能不要冻结命令',
  'Then restart the kubelet': '然后重启 kubelet',
  'Unmount it, check it, mount it again': '卸载、检查、重新挂载',
  'Upgrade systemd, and nothing else': '只升级 systemd，别的不动',
  'Upgrade systemd, and nothing else (apt)': '只升级 systemd，别的不动（apt）',
  'Upgrade systemd, and nothing else (dnf)': '只升级 systemd，别的不动（dnf）',
  'Upgrade systemd, and nothing else (yum)': '只升级 systemd，别的不动（yum）',
  'When the maintenance is over, start it': '维护结束后启动它',
  'With serverTLSBootstrap, approve its request': '若启用了 serverTLSBootstrap，批准其申请',
  'Write the complete set; the message and `nodemend thresholds` name it': '写全整套阈值；消息和 `nodemend thresholds` 会列出',
  'Instead of the present --eviction-hard write (in a unit file with %% for %): {flag}':
    '把现在的 --eviction-hard 换成（在单元文件中 % 要写成 %%）：{flag}',
  'This kubelet has its defaults only with --config: give it a KubeletConfiguration, with or without {yaml}':
    '这个 kubelet 只有使用 --config 时才有默认值：给它一份 KubeletConfiguration，是否包含 {yaml} 均可',
  'In {source} write: {yaml}': '在 {source} 中写入：{yaml}',
  'Or keep the partial one and add `mergeDefaultEvictionSettings: true` to the main configuration file':
    '或者保留这一部分，并在主配置文件中加上 `mergeDefaultEvictionSettings: true`',
  'This kubelet runs in a container (as RKE1 does), systemd has no unit for it; read its log':
    '这个 kubelet 运行在容器里（如 RKE1），systemd 没有它的单元；请看它的日志',
};
