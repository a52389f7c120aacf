import { describe, expect, it } from 'vitest';
import { chainIds, layersOnlyOf, layersThatGo } from '../../../../agent/disk/reclaim/chain.ts';
import { openCri, parseSnapshotUsage, toStoredCriContainer } from '../../../../agent/disk/reclaim/cri.ts';
import type { CriAnswer, CriRequest } from '../../../../lib/host/host.ts';
import { fakeNode } from '../../../fakes/node.ts';

const HEX = 'a'.repeat(64);
const ROOT = '/var/lib/containerd';
const response = (body: Readonly<Record<string, unknown>>): CriAnswer => ({
  kind: 'response',
  version: 'v1',
  response: body,
  took: 1,
});
const listed = (id: string, state: string) => ({
  id,
  state,
  metadata: { name: 'app' },
  labels: { 'io.kubernetes.pod.uid': 'u1' },
  image: { image: 'app:1' },
  imageRef: `sha256:${HEX}`,
});

const answers: Readonly<Record<string, CriAnswer>> = {
  ListContainers: response({ containers: [listed('c1', 'CONTAINER_EXITED'), listed('c2', 'CONTAINER_RUNNING')] }),
  ContainerStatus: response({ status: { finishedAt: 5_000_000_000 } }),
  ListImages: response({ images: [{ id: `sha256:${HEX}`, repoTags: ['app:1'], repoDigests: [], size: 9, pinned: true }] }),
  Status: response({ info: { config: '{"sandboxImage":"k8s.gcr.io/pause:3.2"}' } }),
};
const node = (own: Readonly<Record<string, CriAnswer>> = {}) =>
  fakeNode({
    cri: ({ method }: CriRequest) => own[method] ?? answers[method] ?? { kind: 'refused' },
    status: { [`${ROOT}/io.containerd.content.v1.content/blobs/sha256/${HEX}`]: { modifiedAt: 3 } },
  });
const open = (own?: Readonly<Record<string, CriAnswer>>) =>
  openCri(node(own), { name: 'containerd', socketPath: '/run/containerd/containerd.sock', root: ROOT });

describe('openCri', () => {
  it('knows pods, images and ends of containers', async () => {
    expect(await open().containers()).toEqual([
      {
        id: 'c1',
        name: 'app',
        podUid: 'u1',
        isSandbox: false,
        hasExited: true,
        finishedAt: 5000,
        images: ['app:1', `sha256:${HEX}`],
      },
      { id: 'c2', name: 'app', podUid: 'u1', isSandbox: false, hasExited: false, images: ['app:1', `sha256:${HEX}`] },
    ]);
  });

  it('knows what is pinned, when it came, and what sandboxes are made of', async () => {
    expect(await open().images()).toEqual([{ id: `sha256:${HEX}`, names: ['app:1'], pinned: true, storedAt: 3, bytes: 9 }]);
    expect(await open().sandboxImages()).toEqual(['k8s.gcr.io/pause:3.2']);
  });

  it.each([
    'CONTAINER_RUNNING',
    'CONTAINER_CREATED',
    'CONTAINER_UNKNOWN',
  ])('leaves a container that is %s by now: RemoveContainer would end it', async (state) => {
    const cri = open({ ListContainers: response({ containers: [listed('c1', state)] }) });

    expect(await cri.removeContainer(toStoredCriContainer(listed('c1', 'CONTAINER_EXITED'), 1))).toBe(`it is ${state} by now`);
  });

  it('is content with a container that is gone', async () => {
    const cri = open({ ListContainers: response({ containers: [] }) });

    expect(await cri.removeContainer(toStoredCriContainer(listed('c1', 'CONTAINER_EXITED'), 1))).toBeUndefined();
  });

  it('does not take silence for emptiness', async () => {
    await expect(open({ ListImages: { kind: 'timed-out', after: 9, connected: true } }).images()).rejects.toThrow('timed-out');
  });
});

describe('layers', () => {
  it('have names that follow from all below them', () => {
    // From image-spec: ChainID(L0) = DiffID(L0); ChainID(L0|L1) = SHA256(ChainID(L0) + " " + DiffID(L1)).
    const [first, second] = chainIds(['sha256:a', 'sha256:b']);

    expect(first).toBe('sha256:a');
    expect(second).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(chainIds(['sha256:x', 'sha256:b'])[1]).not.toBe(second);
  });

  it('go only with the last image that has them', () => {
    expect(layersOnlyOf([['a', 'b']], [['a']])).toEqual([chainIds(['a', 'b'])[1]]);
    expect(layersOnlyOf([['a'], ['a']], [])).toEqual(['a']);
    expect(layersOnlyOf([['a', 'b']], [['b']])).toEqual(chainIds(['a', 'b']));
  });

  it('are asked for once for each image, and not for one that is there no more', async () => {
    const layers: Readonly<Record<string, readonly string[]>> = { one: ['a', 'b'], two: ['a', 'c'], three: ['a'] };
    const asked: string[] = [];
    const layersOf = async ({ id }: { readonly id: string }) => {
      asked.push(id);
      return layers[id] ?? [];
    };
    const [one, two, three] = ['one', 'two', 'three'].map((id) => ({ id })) as [{ id: string }, { id: string }, { id: string }];

    const only = await layersThatGo([one, two, { id: 'gone before' }], [one, two, three], layersOf);

    expect(new Set(only)).toEqual(new Set([...chainIds(['a', 'b']).slice(1), ...chainIds(['a', 'c']).slice(1)]));
    expect(asked).toEqual(['one', 'two', 'three']);
    expect(await layersThatGo([], [one], layersOf)).toEqual([]);
  });

  it('are sized by ctr', () => {
    const text = `KEY SIZE INODES\nsha256:${HEX} 4096 3\nc1   12 1   \nbroken x y\n`;

    expect([...parseSnapshotUsage(text)]).toEqual([
      [`sha256:${HEX}`, { bytes: 4096, inodes: 3 }],
      ['c1', { bytes: 12, inodes: 1 }],
    ]);
  });
});
