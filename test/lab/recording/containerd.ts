import { containerdHung } from '../faults/containerd-hung.ts';
import { nodefsInodesFull } from '../faults/nodefs-inodes-full.ts';
import { bareHost } from './bare-host.ts';
import { nothing, type Scenario, withMetrics } from './scenario.ts';

/** On a containerd node with the lab's usual small disks. */
export const containerdScenarios: readonly Scenario[] = [
  {
    name: 'healthy-containerd',
    title: 'a healthy node with containerd, as kubeadm leaves it',
    ...{ runtime: 'containerd', health: 'Healthy', expects: [], prepare: nothing, undo: nothing },
    lastsMs: 190_000,
  },
  {
    name: 'containerd-hung',
    title: 'containerd hangs: CRI calls do not return',
    ...{ runtime: 'containerd', health: 'Critical', kubelet: withMetrics },
    expects: [...containerdHung.expects, { type: 'PLEGUnhealthy', reason: 'PlegStalled', cause: 'ContainerRuntimeUnhealthy' }],
    lastsMs: 50_000,
    prepare: containerdHung.break,
    undo: containerdHung.mend,
  },
  {
    name: 'disk-inodes-full',
    title: 'plenty of space on the kubelet’s disk, and 1 % of its inodes left',
    ...{ runtime: 'containerd', health: 'Critical', expects: nodefsInodesFull.expects },
    lastsMs: 30_000,
    prepare: nodefsInodesFull.break,
    undo: nodefsInodesFull.mend,
  },
  {
    name: 'ordinary-user-no-kubelet',
    title: 'an ordinary user on a host without kubelet, docker and containerd',
    ...{ runtime: 'containerd', health: 'Healthy', expects: [], ruins: true, user: 'nobody' },
    prepare: bareHost,
    undo: nothing,
  },
];
