/** What each remedy does, by its id. */
export const REMEDIES: Readonly<Record<string, string>> = {
  cordon: '不再让新 Pod 调度到本节点',
  drain: '封锁节点，并把其上的 Pod 迁到其他节点',
  'end-stuck-shim': '终止那一个卡住的容器',
  reboot: '重启已排空的主机',
  'reclaim-disk': '按可度量的步骤释放磁盘空间和 inode',
  'restart-kubelet': '重启 kubelet',
  'restart-runtime': '重启容器运行时',
  'set-eviction-hard': '调低硬驱逐阈值，只调到必要为止，绝不低于下限',
  uncordon: '问题结束后让 Pod 回来，仅限本程序自己设置的封锁',
  'upgrade-systemd': '在已排空的主机上升级 systemd',
};
