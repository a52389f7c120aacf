import { describe, expect, it } from 'vitest';
import { parseControlGroup } from '../../../lib/sources/host/control-group.ts';
import { HEX } from '../../fakes/processes.ts';

describe('parseControlGroup', () => {
  it.each<[string, string, object]>([
    ['cgroup v2', '0::/system.slice/kubelet.service\n', { unit: 'kubelet.service' }],
    [
      'cgroup v1, where the controllers say nothing',
      '9:name=systemd:/system.slice/kubelet.service\n8:pids:/\n4:memory:/\n0::/\n',
      { unit: 'kubelet.service' },
    ],
    [
      'hybrid, moved in the controllers',
      '4:memory:/kubelet\n1:name=systemd:/system.slice/k3s.service\n',
      { unit: 'k3s.service' },
    ],
    ['a unit below a unit', '0::/system.slice/k3s.service/init.service\n', { unit: 'init.service' }],
    ['an escaped name', '0::/system.slice/edge\\x2dkubelet.service\n', { unit: 'edge\\x2dkubelet.service' }],
    ['a template', '0::/system.slice/system-kubelet.slice/kubelet@a.service\n', { unit: 'kubelet@a.service' }],
    ['docker with cgroupfs', `0::/docker/${HEX}\n`, { inside: 'container' }],
    ['docker with systemd', `0::/system.slice/docker-${HEX}.scope\n`, { inside: 'container' }],
    ['podman', `0::/machine.slice/libpod-${HEX}.scope\n`, { inside: 'container' }],
    ['containerd outside of Kubernetes', `1:name=systemd:/k8s.io/${HEX}\n`, { inside: 'container' }],
    [
      'a pod with cgroupfs',
      `4:memory:/kubepods/burstable/pod8a1f3c5e-1111-2222-3333-444455556666/${HEX}\n0::/\n`,
      { inside: 'pod' },
    ],
    [
      'a pod with systemd',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8a1f3c5e_1111_2222_3333_444455556666.slice/crio-${HEX}.scope\n`,
      { inside: 'pod' },
    ],
    [
      'a pod of k3s in a container',
      `0::/docker/${HEX}/kubepods/besteffort/pod8a1f3c5e-1111-2222-3333-444455556666/${HEX}\n`,
      { inside: 'pod' },
    ],
    ['a session', '0::/user.slice/user-0.slice/session-4.scope\n', {}],
    ['a path with colons', '0::/system.slice/a:b.service\n', { unit: 'a:b.service' }],
    ['nothing', '', {}],
    ['noise', '\0\0\n:::\n12\n0::relative.service', {}],
  ])('reads %s', (_, text, expected) => {
    expect(parseControlGroup(text)).toEqual(expected);
  });
});
