import { apiserverAbsent } from '../faults/apiserver-absent.ts';
import { containerStuck } from '../faults/container-stuck.ts';
import { dockerdHung } from '../faults/dockerd-hung.ts';
import { fuseHungVolume } from '../faults/fuse-hung-volume.ts';
import { kubeletFailed } from '../faults/kubelet-failed.ts';
import { overcommitted } from '../faults/overcommitted.ts';
import { fillBytes, unfill } from '../faults/shared/fill-disk.ts';
import { forgetPressure } from '../faults/shared/kubelet-state.ts';
import type { LabHost } from '../host.ts';
import { makeReadOnly, startPodWithoutDisk } from './readonly-disk.ts';
import { kubeletInContainer, kubeletOnHost } from './rke1.ts';
import { nothing, type Scenario, withMetrics } from './scenario.ts';
import { untilLogged } from './until-logged.ts';
import { endWaiters, startWaiters } from './waiters.ts';

const fill = 'recording';
/** 448 MB of 5.8 GB, as in the report of the incident: below the default threshold of 10 %, above the 5 % it was given. */
const left = 0.077;
const fillUp = (host: LabHost): Promise<void> => fillBytes(host.disks.kubelet, fill, left);
const partial = '--eviction-hard=nodefs.available<5%';

/** On a docker node: 6 GB for the kubelet, 99 GB for docker. */
export const dockerScenarios: readonly Scenario[] = [
  {
    name: 'healthy-docker',
    title: 'a healthy node with docker, as kubeadm leaves it',
    ...{ runtime: 'docker', health: 'Healthy', expects: [], prepare: nothing, undo: nothing },
    // A kubelet that is old enough to complain of PLEG, and does not.
    lastsMs: 190_000,
  },
  {
    name: 'incident-nodefs-pressure',
    title: 'root disk at 92 %, docker’s own disk nearly empty: pods are evicted and none is admitted, for hours',
    ...{ runtime: 'docker', health: 'Critical' },
    expects: [{ type: 'EvictionThresholdMet', reason: 'NodefsAvailable', subject: 'nodefs.available' }],
    async prepare(host) {
      await fillUp(host);
      await untilLogged(host, 'kubelet', 'eviction thresholds have been met, but no pods are active to evict');
    },
    async undo(host, lab) {
      unfill(host.disks.kubelet, fill);
      await forgetPressure(host, lab);
    },
  },
  {
    name: 'incident-partial-eviction-hard',
    title:
      'the same disk after --eviction-hard=nodefs.available<5%: pods run again, and nobody guards memory and inodes any more',
    ...{ runtime: 'docker', health: 'Healthy', kubelet: { extraArgs: partial } },
    expects: ['memory.available', 'nodefs.inodesFree'].map((subject) => ({ type: 'EvictionSignalUnguarded', subject })),
    lastsMs: 60_000,
    prepare: fillUp,
    undo: async (host) => void unfill(host.disks.kubelet, fill),
  },
  {
    name: 'incident-docker-hung',
    title: 'dockerd hangs: docker ps does not return, and PLEG stalls two minutes before the kubelet says so',
    ...{ runtime: 'docker', health: 'Critical', kubelet: withMetrics },
    expects: dockerdHung.expects,
    lastsMs: 50_000,
    prepare: dockerdHung.break,
    undo: dockerdHung.mend,
  },
  {
    name: 'incident-stuck-container',
    title: 'docker ps answers, and the inspect of one container does not: PLEG stalls behind it',
    ...{ runtime: 'docker', health: 'Critical', kubelet: withMetrics },
    expects: [...containerStuck.expects, { type: 'PLEGUnhealthy', reason: 'PlegStalled', cause: 'ContainerRuntimeUnhealthy' }],
    lastsMs: 50_000,
    prepare: containerStuck.break,
    undo: containerStuck.mend,
  },
  {
    name: 'incident-kubelet-dead',
    title: 'the kubelet is dead, its containers run on, and the cluster is about to start them a second time elsewhere',
    ...{ runtime: 'docker', health: 'Critical' },
    expects: [
      { type: 'KubeletUnhealthy', reason: 'KubeletDown' },
      { type: 'HeartbeatAtRisk', reason: 'HeartbeatLost', cause: 'KubeletUnhealthy' },
    ],
    prepare: kubeletFailed.break,
    undo: kubeletFailed.mend,
  },
  {
    name: 'incident-mount-hung',
    title: 'a volume whose server is gone: whoever touches it never comes back',
    ...{ runtime: 'docker', health: 'Degraded' },
    expects: [...fuseHungVolume.expects, { type: 'UninterruptibleTasks', reason: 'TaskBlocked', cause: 'MountUnresponsive' }],
    async prepare(host, lab) {
      await fuseHungVolume.break(host, lab);
      await startWaiters(host);
    },
    async undo(host, lab) {
      await endWaiters(host);
      await fuseHungVolume.mend(host, lab);
    },
  },
  {
    name: 'overcommitted',
    title: 'CPU requests of 110 % of what the node has, and everything waits for CPU',
    ...{ runtime: 'docker', health: 'Degraded', expects: overcommitted.expects },
    lastsMs: 60_000,
    prepare: overcommitted.break,
    undo: overcommitted.mend,
  },
  {
    name: 'api-server-absent',
    title: 'the API server refuses every connection of this node',
    ...{ runtime: 'docker', health: 'Degraded', expects: apiserverAbsent.expects },
    lastsMs: 20_000,
    prepare: apiserverAbsent.break,
    undo: apiserverAbsent.mend,
  },
  {
    name: 'layout-rke1',
    title: 'the kubelet runs in a docker container in the host’s namespaces, as under RKE1',
    ...{ runtime: 'docker', health: 'Healthy', expects: [] },
    prepare: kubeletInContainer,
    undo: kubeletOnHost,
  },
  {
    name: 'incident-kernel-readonly',
    title: 'an error on docker’s disk, and the kernel has made it read-only: no container starts any more',
    ...{ runtime: 'docker', health: 'Critical', ruins: true },
    expects: [
      { type: 'ReadonlyFilesystem', subject: '/var/lib/docker' },
      { type: 'PodStuck', reason: 'SandboxNotCreated', cause: 'ReadonlyFilesystem' },
    ],
    lastsMs: 200_000,
    async prepare(host, lab) {
      await makeReadOnly(host);
      await startPodWithoutDisk(lab, host);
    },
    undo: nothing,
  },
];
