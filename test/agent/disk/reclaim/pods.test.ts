import { describe, expect, it } from 'vitest';
import { parseHeldPods, readPods } from '../../../../agent/disk/reclaim/pods.ts';
import { answer, identity } from '../../../fakes/cluster.ts';
import { fakeNode } from '../../../fakes/node.ts';

const pod = {
  metadata: { uid: 'mirror', annotations: { 'kubernetes.io/config.mirror': 'static' } },
  spec: {
    initContainers: [{ image: 'init:1', volumeMounts: [{ name: 'data' }] }],
    containers: [{ image: 'app:1', volumeMounts: [{ name: 'logs', readOnly: true }, { name: 'weights' }] }],
    ephemeralContainers: [{ image: 'debug:1' }],
    volumes: [
      { name: 'data', hostPath: { path: '/data' } },
      { name: 'logs', hostPath: { path: '/var/log/app' } },
      { name: 'unmounted', hostPath: { path: '/nobody' } },
      { name: 'weights', image: { reference: 'weights:1' } },
    ],
  },
  status: { containerStatuses: [{ image: 'docker.io/library/app:1', imageID: 'app@sha256:0' }] },
};
const list = (...items: readonly unknown[]) => ({ kind: 'PodList', items });
const PATH = '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-a';

describe('parseHeldPods', () => {
  it('holds every image of every kind of container, and image volumes; directories that something may write to', () => {
    expect(parseHeldPods(list(pod))).toEqual([
      {
        uids: ['mirror', 'static'],
        images: ['init:1', 'app:1', 'debug:1', 'docker.io/library/app:1', 'app@sha256:0', 'weights:1'],
        hostPaths: ['/data'],
      },
    ]);
  });

  it.each([undefined, 'x', { kind: 'Status', items: [] }, []])('takes %j for no list', (body) => {
    expect(parseHeldPods(body)).toBeUndefined();
  });

  it('takes a list without items for an empty one: the kubelet leaves them out', () => {
    expect(parseHeldPods({ kind: 'PodList', items: null })).toEqual([]);
  });
});

describe('readPods', () => {
  const directories = { '/var/lib/kubelet/pods': ['u9'] };

  it('asks the API server itself, not its cache, and adds pods whose directories are still there', async () => {
    const host = fakeNode({ identity, directories, api: { [PATH]: answer(list(pod)) } });

    expect(await readPods(host, true)).toMatchObject({
      kind: 'known',
      pods: [{ uids: ['mirror', 'static'] }, { uids: ['u9'], images: [] }],
    });
  });

  it.each([
    ['answers nothing', {}],
    ['may not tell', { [PATH]: answer({ kind: 'Status' }, 403) }],
    ['tells something else', { [PATH]: answer({ kind: 'NodeList', items: [] }) }],
  ])('does not know where the API server %s and there is no kubelet', async (_what, api) => {
    expect(await readPods(fakeNode({ identity, directories, api }), true)).toMatchObject({ kind: 'unknown' });
  });

  it('does not ask the API server where it may not', async () => {
    expect(await readPods(fakeNode({ identity, api: { [PATH]: answer(list(pod)) } }), false)).toMatchObject({ kind: 'unknown' });
  });
});
