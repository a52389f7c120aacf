import { describe, expect, it } from 'vitest';
import { parseMembership } from '../../lib/reboot/groups.ts';

const UID = '3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
const UNDER = UID.replaceAll('-', '_');
const HASH = '0123456789abcdef0123456789abcdef';
const ID = 'a'.repeat(64);

describe('parseMembership', () => {
  it.each<[string, string, { pods?: string[]; containers?: string[]; astray?: boolean }]>([
    [
      'v2, systemd driver, containerd',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDER}.slice/cri-containerd-${ID}.scope`,
      { pods: [UID], containers: [ID] },
    ],
    [
      'v2, systemd driver, guaranteed',
      `0::/kubepods.slice/kubepods-pod${UNDER}.slice/crio-${ID}.scope/container`,
      { pods: [UID], containers: [ID] },
    ],
    [
      'v1, systemd driver, docker',
      `11:memory:/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UNDER}.slice/docker-${ID}.scope\n1:name=systemd:/x`,
      { pods: [UID], containers: [ID] },
    ],
    ['v1, cgroupfs', `4:cpu,cpuacct:/kubepods/burstable/pod${UID}/${ID}\n0::/`, { pods: [UID], containers: [ID] }],
    ['cgroupfs, a static pod', `0::/kubepods/pod${HASH}/${ID}`, { pods: [HASH], containers: [ID] }],
    [
      'systemd, a static pod',
      `0::/kubepods.slice/kubepods-pod${HASH}.slice/cri-containerd-${ID}.scope`,
      { pods: [HASH], containers: [ID] },
    ],
    ['a UID that an operator chose', '0::/kubepods/besteffort/podmy-etcd/x', { pods: ['my-etcd'] }],
    [
      'kubelet --cgroup-root',
      `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${UNDER}.slice/x.scope`,
      { pods: [UID] },
    ],
    ['one segment for the tree and a UID that an operator chose', '0::/kubepods-podmy_etcd.slice/x.scope', { pods: ['my-etcd'] }],
    ['below another host', `0::/machine.slice/node1/kubepods/pod${UID}/${ID}`, { pods: [UID], containers: [ID] }],
    ['seen from another cgroup namespace', `0::/../../kubepods/pod${UID}/${ID}`, { pods: [UID], containers: [ID] }],
    ['without QoS groups', `4:memory:/docker/${ID}`, { containers: [ID] }],
    [
      'a runtime with the wrong driver',
      `0::/system.slice/kubepods-burstable-pod${UNDER}.slice:cri-containerd:${ID}`,
      { pods: [UID], containers: [ID] },
    ],
    ['systemd inside of a container', `0::/docker/${ID}/init.scope`, { containers: [ID] }],
    ['in one hierarchy alone', `4:memory:/kubepods/pod${UID}/${ID}\n3:pids:/user.slice`, { pods: [UID], containers: [ID] }],
    ['in two pods', `4:memory:/kubepods/pod${UID}/x\n3:pids:/kubepods/pod${HASH}/x`, { pods: [UID, HASH] }],
    ['in the tree and in no pod', '0::/kubepods.slice/kubepods-burstable.slice', { astray: true }],
    ['in the tree of cgroupfs', '4:cpu:/kubepods\n0::/', { astray: true }],
    ['a service', '0::/system.slice/docker.service', {}],
    ['a service of such a name', '0::/system.slice/podman.service', {}],
    ['a session', '0::/user.slice/user-0.slice/session-1.scope', {}],
    ['the root', '0::/', {}],
  ])('%s', (_what, text, { pods = [], containers = [], astray = false }) => {
    expect(parseMembership(text)).toEqual({ pods, containers, astray });
  });

  it.each(['', '\n', 'garbage', '0:memory', '\0\0', '0::relative'])('is not known of %j', (text) => {
    expect(parseMembership(text)).toBeUndefined();
  });
});
