import type { diskBadBlock } from '../../../../lib/problems/disk-bad-block.ts';
import type { diskFailure } from '../../../../lib/problems/disk-failure.ts';
import type { mountUnresponsive } from '../../../../lib/problems/mount-unresponsive.ts';
import type { nfsUnavailable } from '../../../../lib/problems/nfs-unavailable.ts';
import type { readonlyFilesystem } from '../../../../lib/problems/readonly-filesystem.ts';
import type { xfsShutdown } from '../../../../lib/problems/xfs-shutdown.ts';
import { type Told, told } from '../told.ts';

export const diskProblems: readonly Told[] = [
  told<typeof mountUnresponsive>('MountUnresponsive', {
    title: '某个网络或 FUSE 文件系统没有应答',
    meaning:
      '凡是碰到这个挂载点的进程都会在内核里等待，通常连 SIGKILL 也够不着：它的 Pod 停不下来，凡是遍历挂载点的程序（df、kubelet、运行时、备份任务）都会跟着卡住。',
    detection:
      '对每个已挂载的 NFS、SMB、Ceph、Gluster、Lustre、9p 和 FUSE 文件系统执行 statfs，服务端相同的文件系统只查一次，最多 64 个，各在一个子进程里，共用 2.5 s 的期限。以句柄失效、连接丢失或 I/O 错误应答的文件系统视为损坏。若本地文件系统连子进程也不应答，则主机太慢，无从判断。',
    reasons: {
      MountHung: '在期限之内，对该挂载点的 statfs 没有得到应答',
      MountBroken: '该挂载点以不会自行消失的错误应答（句柄失效、连接丢失、I/O 错误）',
    },
  }),
  told<typeof readonlyFilesystem>('ReadonlyFilesystem', {
    title: '一个必须可写的文件系统变成了只读',
    meaning:
      '内核为了保护文件系统把它切换成只读，几乎总是在 I/O 错误或结构损坏之后。其上再也写不了任何东西：容器启动不了，日志丢失，kubelet 保存不了自己的状态。重启任何守护进程都无济于事。',
    detection:
      '/proc/1/mountinfo 中超级块的选项（最后一个字段）：`ro`，或 Linux 6.15 起 ext4 所说的 `emergency_ro`、`shutdown`，而挂载本身或 /etc/fstab 要求它可写。镜像类文件系统（squashfs、erofs、iso9660、没有上层目录的 overlay）和有意只读的不计。日志监控会在内核日志里发现同一类问题。',
    reasons: { FilesystemIsReadOnly: '一个本应可写的文件系统是只读的' },
  }),
  told<typeof xfsShutdown>('XfsShutdown', {
    title: '某个 XFS 文件系统已自行关闭',
    meaning:
      'XFS 发现了不可信的元数据，或其日志设备出错，于是对之后的一切访问返回 EIO。其上的一切同时失败：镜像、卷、日志，或者根文件系统。',
    detection:
      '内核日志："Shutting down filesystem"、"has been shut down due to"。每 30 s 查问一次，其上的文件仍返回 EIO 时持续。',
    reasons: { XfsHasShutdown: 'XFS 拒绝对某个文件系统的一切访问' },
  }),
  told<typeof nfsUnavailable>('NfsUnavailable', {
    title: '某台 NFS 服务器没有应答',
    meaning: '凡是碰到该服务器 hard 挂载的，不论 Pod 还是 kubelet，都会在内核里一直等到它应答为止。',
    detection:
      '内核日志："nfs: server NAME not responding"。出现 "nfs: server NAME OK" 时结束，或者在最后一条日志 30 分钟后结束。',
    reasons: { NfsServerNotResponding: '内核在等待某台 NFS 服务器' },
  }),
  told<typeof diskFailure>('DiskFailure', {
    title: '某块磁盘不再应答',
    meaning: '磁盘的控制器失效，或者被内核放弃了。其上的数据无法访问；其上的文件系统会变成只读，或者自行关闭。',
    detection: '内核日志：某个 NVMe 控制器失效、未就绪或被移除。在最后一条这样的日志之后持续一小时。',
    reasons: { NvmeControllerDown: '内核失去了某块 NVMe 磁盘的控制器' },
  }),
  told<typeof diskBadBlock>('DiskBadBlock', {
    title: '某块磁盘有读不出的扇区',
    meaning: 'smartd 发现了磁盘读不出或无法纠正的扇区：其中的内容已经丢失，而且还会有更多。',
    detection:
      'smartd 写在日志文件里的行，该文件由 node-problem-detector 的某个 filelog 监控指定："… Currently unreadable (pending) sectors"、"… Offline uncorrectable sectors"。',
    reasons: { DiskBadBlock: '某块磁盘有读不出的扇区' },
  }),
];
