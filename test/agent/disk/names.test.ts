import { describe, expect, it } from 'vitest';
import { openNames } from '../../../agent/disk/names.ts';
import { parseMountinfo } from '../../../lib/sources/host/mounts.ts';
import { fakeNode } from '../../fakes/node.ts';

const ID = 'c'.repeat(64);
const LAYER = 'd'.repeat(64);
const UID = '0e6b1b2c-9d4e-4c55-8f5a-1f2d3c4b5a69';
const labels = { 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'shop', 'io.kubernetes.container.name': 'app' };
const SNAPSHOT = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/41';
const TASK = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}`;

const host = fakeNode({
  directories: {
    '/var/log/pods': [`shop_db-0_${UID}`],
    '/data/docker/image/overlay2/layerdb/mounts': ['e'.repeat(64), ID],
  },
  files: {
    [`/data/docker/containers/${ID}/config.v2.json`]: JSON.stringify({ Name: '/k8s_app_web', Config: { Labels: labels } }),
    [`/data/docker/containers/${'f'.repeat(64)}/config.v2.json`]: '{"Name":"/registry","Config":{}}',
    [`/data/docker/image/overlay2/layerdb/mounts/${ID}/mount-id`]: LAYER,
    [`${TASK}/config.json`]: JSON.stringify({
      annotations: {
        'io.kubernetes.cri.sandbox-name': 'web',
        'io.kubernetes.cri.sandbox-namespace': 'shop',
        'io.kubernetes.cri.container-name': 'app',
      },
    }),
    '/proc/7/cgroup': `0::/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope\n`,
    '/proc/8/cgroup': '0::/system.slice/rsyslog.service\n',
  },
});
const mounts = parseMountinfo(
  `60 1 0:61 / ${TASK}/rootfs rw - overlay overlay rw,lowerdir=/x,upperdir=${SNAPSHOT}/fs,workdir=/w\n`,
);

describe('names', () => {
  it.each([
    ['a log of a container', `/var/log/pods/shop_db-0_${UID}/postgres/0.log`, 'pod shop/db-0, container postgres'],
    ['all logs of a pod', `/var/log/pods/shop_db-0_${UID}`, 'pod shop/db-0'],
    ['an emptyDir', `/var/lib/kubelet/pods/${UID}/volumes/kubernetes.io~empty-dir/cache/x`, 'pod shop/db-0, volume cache'],
    [
      'a pod that is not known',
      '/var/lib/kubelet/pods/11111111-2222-3333-4444-555555555555',
      'pod 11111111-2222-3333-4444-555555555555',
    ],
    ["docker's log of a container", `/data/docker/containers/${ID}/${ID}-json.log`, 'pod shop/web, container app'],
    ['a container of no pod', `/data/docker/containers/${'f'.repeat(64)}`, 'docker container registry'],
    ['a writable layer of docker', `/data/docker/overlay2/${LAYER}/diff/tmp`, 'pod shop/web, container app'],
    ['a layer of an image', `/data/docker/overlay2/${'a'.repeat(64)}/diff`, undefined],
    ['a writable layer of containerd', `${SNAPSHOT}/fs/tmp`, 'pod shop/web, container app'],
    ['another snapshot', SNAPSHOT.replace('41', '4'), undefined],
    ['anything else', '/home/pods/x', undefined],
  ])('%s', async (_what, path, of) => {
    expect(await (await openNames(host, mounts)).ofPath(path)).toBe(of);
  });

  it('names the pod of a process', async () => {
    const names = await openNames(host, mounts);

    expect([await names.ofProcess(7), await names.ofProcess(8), await names.ofProcess(9)]).toEqual([
      'pod shop/db-0',
      undefined,
      undefined,
    ]);
  });
});
