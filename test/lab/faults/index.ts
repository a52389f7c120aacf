import type { Fault } from '../fault.ts';
import { apiserverAbsent } from './apiserver-absent.ts';
import { apiserverDenying } from './apiserver-denying.ts';
import { apiserverHanging } from './apiserver-hanging.ts';
import { apiserverSlow } from './apiserver-slow.ts';
import { cniMissing } from './cni-missing.ts';
import { conntrackNearLimit } from './conntrack-near-limit.ts';
import { containerStuck } from './container-stuck.ts';
import { containerdHung } from './containerd-hung.ts';
import { containerdKilled } from './containerd-killed.ts';
import { containerdStarved } from './containerd-starved.ts';
import { containerdStopped } from './containerd-stopped.ts';
import { cpuPressure } from './cpu-pressure.ts';
import { dbusDead } from './dbus-dead.ts';
import { dbusHung } from './dbus-hung.ts';
import { defaultRouteLost } from './default-route-lost.ts';
import { dockerdDeadlocked } from './dockerd-deadlocked.ts';
import { dockerdFdsExhausted } from './dockerd-fds-exhausted.ts';
import { dockerdFrozen } from './dockerd-frozen.ts';
import { dockerdHung } from './dockerd-hung.ts';
import { dockerdKilled } from './dockerd-killed.ts';
import { dockerdListHung } from './dockerd-list-hung.ts';
import { dockerdStarved } from './dockerd-starved.ts';
import { dockerdStopped } from './dockerd-stopped.ts';
import { fdsNearLimit } from './fds-near-limit.ts';
import { fuseHung } from './fuse-hung.ts';
import { fuseHungVolume } from './fuse-hung-volume.ts';
import { imagefsFull } from './imagefs-full.ts';
import { ioPressure } from './io-pressure.ts';
import { journaldHung } from './journald-hung.ts';
import { kmsgOops } from './kmsg-oops.ts';
import { kmsgReadonlyFilesystem } from './kmsg-readonly-filesystem.ts';
import { kmsgTaskHung } from './kmsg-task-hung.ts';
import { kubeletCrashLooping } from './kubelet-crash-looping.ts';
import { kubeletFailed } from './kubelet-failed.ts';
import { kubeletGaveUp } from './kubelet-gave-up.ts';
import { kubeletHung } from './kubelet-hung.ts';
import { kubeletKilled } from './kubelet-killed.ts';
import { kubeletPortFaked } from './kubelet-port-faked.ts';
import { kubeletStartLimit } from './kubelet-start-limit.ts';
import { kubeletStopped } from './kubelet-stopped.ts';
import { memoryPressure } from './memory-pressure.ts';
import { nodefsFull } from './nodefs-full.ts';
import { nodefsInodesFull } from './nodefs-inodes-full.ts';
import { nodefsNear } from './nodefs-near.ts';
import { overcommitted } from './overcommitted.ts';
import { pidsNearLimit } from './pids-near-limit.ts';
import { readonlyFilesystem } from './readonly-filesystem.ts';
import { shimStuck } from './shim-stuck.ts';
import { tasksUninterruptible } from './tasks-uninterruptible.ts';

/** Every fault that `lab break` knows, alphabetically. */
export const faults: readonly Fault[] = [
  apiserverAbsent,
  apiserverDenying,
  apiserverHanging,
  apiserverSlow,
  cniMissing,
  conntrackNearLimit,
  containerStuck,
  containerdHung,
  containerdKilled,
  containerdStarved,
  containerdStopped,
  cpuPressure,
  dbusDead,
  dbusHung,
  defaultRouteLost,
  dockerdDeadlocked,
  dockerdFdsExhausted,
  dockerdFrozen,
  dockerdHung,
  dockerdKilled,
  dockerdListHung,
  dockerdStarved,
  dockerdStopped,
  fdsNearLimit,
  fuseHungVolume,
  fuseHung,
  imagefsFull,
  ioPressure,
  journaldHung,
  kmsgOops,
  kmsgReadonlyFilesystem,
  kmsgTaskHung,
  kubeletCrashLooping,
  kubeletFailed,
  kubeletGaveUp,
  kubeletHung,
  kubeletKilled,
  kubeletPortFaked,
  kubeletStartLimit,
  kubeletStopped,
  memoryPressure,
  nodefsFull,
  nodefsInodesFull,
  nodefsNear,
  overcommitted,
  pidsNearLimit,
  readonlyFilesystem,
  shimStuck,
  tasksUninterruptible,
];
