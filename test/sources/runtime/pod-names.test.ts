import { describe, expect, it } from 'vitest';
import { podUidOf } from '../../../lib/sources/host/blocked-process.ts';
import { parseFstab } from '../../../lib/sources/host/fstab.ts';
import { parsePodDirectories, podVolumeOf } from '../../../lib/sources/runtime/pod-names.ts';

const UID = 'e5ff8fde-b214-11e7-a98b-0650cc001a5b';
const STATIC = '0123456789abcdef0123456789abcdef';

describe('parsePodDirectories', () => {
  it('names pods and static pods', () => {
    expect(parsePodDirectories([`kube-system_kube-proxy-d9lk0_${UID}`, `kube-system_etcd-a.b_${STATIC}`])).toEqual({
      [UID]: 'kube-system/kube-proxy-d9lk0',
      [STATIC]: 'kube-system/etcd-a.b',
    });
  });

  it('leaves out what the kubelet did not make', () => {
    expect(parsePodDirectories([UID, 'a_b', `../x_y_${UID}`, ''])).toEqual({});
  });
});

describe('podVolumeOf', () => {
  it.each([
    [`/var/lib/kubelet/pods/${UID}/volumes/kubernetes.io~nfs/data`, 'data'],
    [`/data/kubelet/pods/${UID}/volumes/kubernetes.io~csi/pvc-1/mount`, 'pvc-1'],
    [`/var/lib/kubelet/pods/${UID}/volume-subpaths/conf/app/0`, 'conf'],
    ['/var/lib/kubelet/plugins/kubernetes.io/csi/x/globalmount', undefined],
    ['/mnt/nfs', undefined],
  ])('of %s', (path, volume) => {
    expect(podVolumeOf(path)?.volume).toBe(volume);
  });
});

describe('podUidOf', () => {
  it.each([
    [`0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice/x.scope`, UID],
    [`4:memory:/kubepods/burstable/pod${UID}/abc`, UID],
    ['0::/system.slice/podman.service', undefined],
  ])('of %s', (cgroup, uid) => {
    expect(podUidOf(cgroup)).toBe(uid);
  });
});

describe('parseFstab', () => {
  it('reads entries, escapes and comments', () => {
    const text =
      '# UNCONFIGURED FSTAB\n\n/dev/sda1 / ext4 defaults,errors=remount-ro 0 1\nLABEL=a\\040b\t/mnt/a\\040b\txfs\tro\nbroken\n';

    expect(parseFstab(text)).toEqual([
      { spec: '/dev/sda1', point: '/', type: 'ext4', options: ['defaults', 'errors=remount-ro'] },
      { spec: 'LABEL=a b', point: '/mnt/a b', type: 'xfs', options: ['ro'] },
    ]);
  });
});
