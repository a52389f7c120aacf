import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../lib/host/host.ts';
import { parseRawPods } from '../../../lib/sources/failover/raw-pods.ts';
import { readStorage } from '../../../lib/sources/failover/storage.ts';
import { singleWriterVolumes } from '../../../lib/sources/failover/volumes.ts';
import { fakeNode } from '../../fakes/node.ts';
import { apiPod, found, status } from './objects.ts';

const CLAIM = '/api/v1/namespaces/shop/persistentvolumeclaims/data';
const VOLUME = '/api/v1/persistentvolumes/pv';
const DRIVER = '/apis/storage.k8s.io/v1/csidrivers/d.example';

const mounting = (volume: object, mount: object = {}) =>
  apiPod({}, { volumes: [{ name: 'v', ...volume }], containers: [{ volumeMounts: [{ name: 'v', ...mount }] }] });

async function volumesOf(pod: object, answers: Readonly<Record<string, ApiAnswer>> = {}) {
  const [raw] = parseRawPods({ items: [pod] });
  if (raw === undefined) throw new Error('no pod');
  const host = fakeNode({ api: (path) => answers[path] ?? status(404) });
  return singleWriterVolumes(raw, await readStorage(host, [raw]));
}

const claimed = { persistentVolumeClaim: { claimName: 'data' } };
const claim = (...accessModes: readonly string[]) => found({ spec: { accessModes, volumeName: 'pv' } });

describe('singleWriterVolumes', () => {
  it.each<[string, Readonly<Record<string, ApiAnswer>>, readonly string[]]>([
    ['many writers', { [CLAIM]: claim('ReadWriteMany') }, []],
    ['many readers', { [CLAIM]: claim('ReadOnlyMany') }, []],
    ['one pod', { [CLAIM]: claim('ReadWriteOncePod') }, ['one-pod']],
    ['a claim that may not be read', { [CLAIM]: status(403) }, ['unknown']],
    ['a volume that may not be read', { [CLAIM]: claim('ReadWriteOnce'), [VOLUME]: status(403) }, ['unknown']],
    ['a local disk', rwo({ local: { path: '/d' } }), ['node-bound']],
    ['NFS, which nobody attaches', rwo({ nfs: { path: '/d' } }), ['none']],
    ['a directory of the node', rwo({ hostPath: { path: '/d' } }), ['per-node']],
    ['a cloud disk', rwo({ awsElasticBlockStore: {} }), ['attached']],
    ['a CSI driver that attaches', { ...rwo(csi()), [DRIVER]: found({ spec: { attachRequired: true } }) }, ['attached']],
    ['a CSI driver that does not', { ...rwo(csi()), [DRIVER]: found({ spec: { attachRequired: false } }) }, ['none']],
    ['a CSI driver without an object', rwo(csi()), ['attached']],
    ['a CSI driver that may not be asked for', { ...rwo(csi()), [DRIVER]: status(403) }, ['unknown']],
  ])('a claim of %s', async (_, answers, fencing) => {
    expect((await volumesOf(mounting(claimed), answers)).map((volume) => volume.fencing)).toEqual(fencing);
  });

  it.each<[string, object, readonly string[]]>([
    ['a directory of the node', mounting({ hostPath: { path: '/var/lib/app' } }), ['per-node']],
    ['the same, mounted to be read', mounting({ hostPath: { path: '/etc' } }, { readOnly: true }), []],
    ['an export written into the pod', mounting({ nfs: { server: 's', path: '/d' } }), ['none']],
    ['the same, to be read', mounting({ nfs: { server: 's', readOnly: true } }), []],
    ['a directory that dies with the pod', mounting({ emptyDir: {} }), []],
    ['a secret', mounting({ secret: {} }), []],
    ['a volume that nobody mounts', apiPod({}, { volumes: [{ name: 'v', hostPath: { path: '/d' } }] }), []],
  ])('%s', async (_, pod, fencing) => {
    expect((await volumesOf(pod)).map((volume) => volume.fencing)).toEqual(fencing);
  });

  it('counts a block device as written to', async () => {
    const pod = apiPod({}, { volumes: [{ name: 'v', ...claimed }], containers: [{ volumeDevices: [{ name: 'v' }] }] });

    expect(await volumesOf(pod, rwo({ iscsi: {} }))).toEqual([
      { name: 'v', what: 'PVC data (ReadWriteOnce, iscsi)', fencing: 'attached' },
    ]);
  });
});

function rwo(source: object): Readonly<Record<string, ApiAnswer>> {
  const spec = { capacity: {}, accessModes: ['ReadWriteOnce'], claimRef: {}, nodeAffinity: {}, ...source };
  return { [CLAIM]: claim('ReadWriteOnce'), [VOLUME]: found({ spec }) };
}

function csi(): object {
  return { csi: { driver: 'd.example' } };
}
