import { defineProblem } from '../model/problem.ts';

export const mountUnresponsive = defineProblem({
  type: 'MountUnresponsive',
  title: 'a network or FUSE file system does not answer',
  meaning:
    'Every process that touches the mount waits in the kernel, usually beyond the reach of SIGKILL: its pods cannot be stopped, and whatever walks the mounts (df, the kubelet, the runtime, backup jobs) hangs with them.',
  detection:
    'statfs on every mounted NFS, SMB, Ceph, Gluster, Lustre, 9p and FUSE file system, one per server-side file system and at most 64, each in a child process, all under one deadline of 2.5 s. A file system that answers with a stale handle, a lost connection or an I/O error is broken. When a local file system does not answer a child either, the host is too slow to judge.',
  advice: [
    { text: 'Look which processes wait for it', command: "ps -eo state,pid,wchan:32,cmd | awk '$1 ~ /^D/'" },
    { text: 'Ask the server; NFS waiters go on by themselves when it answers again', command: 'rpcinfo -t SERVER nfs' },
    {
      text: 'If the server will not come back, detach the mount: waiting processes get an error',
      command: 'umount -f -l MOUNTPOINT',
    },
    {
      text: 'For FUSE, end the waiting requests',
      command: 'mount -t fusectl fusectl /sys/fs/fuse/connections; echo 1 > /sys/fs/fuse/connections/CONNECTION/abort',
    },
    { text: 'Do not restart the kubelet or the runtime for it: they hang on the same mount again' },
  ],
  settings: ['checks.mounts.interval'],
  ladder: [],
  reasons: {
    MountHung: { severity: 'warning', description: 'statfs on the mount got no answer before the deadline' },
    MountBroken: {
      severity: 'warning',
      description: 'The mount answers with an error that does not pass by itself (stale handle, lost connection, I/O error)',
      advice: [
        { text: 'Look at the mount', command: 'findmnt MOUNTPOINT; stat -f MOUNTPOINT' },
        { text: 'Detach and mount it again', command: 'umount -l MOUNTPOINT && mount MOUNTPOINT' },
        { text: 'If it is a volume of a pod, delete the pod: the kubelet mounts the volume afresh for the next one' },
      ],
    },
  },
});
