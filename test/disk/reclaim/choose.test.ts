import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseContainers, chooseImages, type ImageUse } from '../../../lib/disk/reclaim/choose.ts';
import { imageForms } from '../../../lib/disk/reclaim/image-name.ts';
import type { HeldPod, StoredContainer, StoredImage } from '../../../lib/disk/reclaim/inventory.ts';
import { minutes } from '../../../lib/model/units.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const OLD = NOW - minutes(120);
const options = { now: NOW, olderThan: minutes(60) };
const ID = `sha256:${'a'.repeat(64)}`;

const image = (details: Partial<StoredImage> = {}): StoredImage => ({
  id: ID,
  names: ['registry.local/app:1'],
  pinned: false,
  storedAt: OLD,
  bytes: 100,
  ...details,
});
const container = (details: Partial<StoredContainer> = {}): StoredContainer => ({
  id: 'c1',
  name: 'app',
  podUid: 'gone',
  isSandbox: false,
  hasExited: true,
  finishedAt: OLD,
  images: [],
  ...details,
});
const pod = (details: Partial<HeldPod> = {}): HeldPod => ({ uids: ['here'], images: [], hostPaths: [], ...details });
const use = (details: Partial<ImageUse> = {}): ImageUse => ({ containers: [], pods: [], sandboxImages: [], ...details });

describe('chooseImages', () => {
  it('takes an old image that nothing has to do with', () => {
    expect(chooseImages([image()], use(), options)).toHaveLength(1);
  });

  it.each<[string, Partial<StoredImage>, Partial<ImageUse>]>([
    ['pinned', { pinned: true }, {}],
    ['just pulled', { storedAt: NOW - minutes(1) }, {}],
    ['of an age that is not known', { storedAt: undefined as never }, {}],
    ['from the future, by a clock that was set back', { storedAt: NOW + minutes(999) }, {}],
    ['of a container, by its id', {}, { containers: [container({ images: [ID] })] }],
    ['of a container, by its id without the algorithm', {}, { containers: [container({ images: ['a'.repeat(64)] })] }],
    ['of an exited container', {}, { containers: [container({ hasExited: true, images: ['registry.local/app:1'] })] }],
    ['of a pod that has no container yet', {}, { pods: [pod({ images: ['registry.local/app:1'] })] }],
    ['of a pod, under a short name', { names: ['docker.io/library/nginx:latest'] }, { pods: [pod({ images: ['nginx'] })] }],
    [
      'of a pod, by its digest',
      { names: ['quay.io/x/y@sha256:00'] },
      { pods: [pod({ images: ['docker-pullable://quay.io/x/y@sha256:00'] })] },
    ],
    ['of sandboxes, by its name', { names: ['k8s.gcr.io/pause:3.2'] }, {}],
    ['of sandboxes, as configured', { names: ['harbor.local/infra:1'] }, { sandboxImages: ['harbor.local/infra:1'] }],
  ])('leaves one %s', (_what, details, used) => {
    expect(chooseImages([image(details)], use(used), options)).toEqual([]);
  });

  it('begins with the oldest', () => {
    const images = [image({ id: 'b', names: ['b:1'] }), image({ id: 'a', names: ['a:1'], storedAt: OLD - 1 })];

    expect(chooseImages(images, use(), options).map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('imageForms', () => {
  it.each([
    ['nginx', ['docker.io/library/nginx:latest']],
    ['a/b:2', ['docker.io/a/b:2']],
    ['index.docker.io/a/b:2', ['docker.io/a/b:2']],
    ['localhost/a', ['localhost/a:latest']],
    ['reg:5000/a', ['reg:5000/a:latest']],
    ['reg:5000/a:1@sha256:9', ['reg:5000/a@sha256:9', 'reg:5000/a:1']],
    [`docker://${ID}`, ['a'.repeat(64)]],
    ['', []],
  ])('%s', (name, forms) => {
    expect(imageForms(name)).toEqual(forms);
  });
});

describe('chooseContainers', () => {
  it('takes an old exited container of a pod that is forgotten', () => {
    expect(chooseContainers([container()], [pod()], options)).toHaveLength(1);
  });

  it.each<[string, Partial<StoredContainer>]>([
    ['runs', { hasExited: false }],
    ['is of a known pod', { podUid: 'here' }],
    ['is no pod’s', { podUid: undefined as never }],
    ['is a sandbox', { isSandbox: true }],
    ['has just exited', { finishedAt: NOW }],
    ['does not say when it exited', { finishedAt: undefined as never }],
    ['exited at the beginning of time, which is no time', { finishedAt: 0 }],
  ])('leaves one that %s', (_what, details) => {
    expect(chooseContainers([container(details)], [pod()], options)).toEqual([]);
  });
});

describe('whatever the node looks like', () => {
  const uid = fc.constantFrom('u1', 'u2', 'u3', 'u4');
  const name = fc.constantFrom(
    'nginx',
    'docker.io/library/nginx:latest',
    'a/b:1',
    'quay.io/c@sha256:1',
    'd:2',
    `sha256:${'e'.repeat(64)}`,
  );
  const instant = fc.option(fc.integer({ min: -1, max: NOW + minutes(600) }), { nil: undefined });
  const containers = fc.array(
    fc.record(
      {
        id: fc.uuid(),
        name: fc.string(),
        podUid: uid,
        isSandbox: fc.boolean(),
        hasExited: fc.boolean(),
        finishedAt: instant,
        images: fc.array(name, { maxLength: 2 }),
      },
      { requiredKeys: ['id', 'name', 'isSandbox', 'hasExited', 'images'] },
    ) as fc.Arbitrary<StoredContainer>,
    { maxLength: 12 },
  );
  const pods = fc.array(
    fc.record({
      uids: fc.array(uid, { minLength: 1, maxLength: 2 }),
      images: fc.array(name, { maxLength: 3 }),
      hostPaths: fc.constant([]),
    }),
    { maxLength: 4 },
  );
  const images = fc.array(
    fc.record({
      id: fc.uuid(),
      names: fc.array(name, { maxLength: 2 }),
      pinned: fc.boolean(),
      storedAt: instant,
      bytes: fc.nat(),
    }),
    { maxLength: 12 },
  ) as fc.Arbitrary<readonly StoredImage[]>;

  it('no container goes that runs, or that a pod of this node knows', () => {
    fc.assert(
      fc.property(containers, pods, (all, known) => {
        for (const one of chooseContainers(all, known, options)) {
          expect(one.hasExited && !one.isSandbox).toBe(true);
          expect(known.some(({ uids }) => uids.some((uid) => uid === one.podUid))).toBe(false);
          expect(NOW - (one.finishedAt ?? NOW)).toBeGreaterThanOrEqual(options.olderThan);
        }
      }),
    );
  });

  it('no image goes that a container or a pod of this node names, in whatever way', () => {
    fc.assert(
      fc.property(images, containers, pods, (all, some, known) => {
        const named = [...some, ...known].flatMap((one) => one.images).flatMap(imageForms);
        for (const one of chooseImages(all, use({ containers: some, pods: known }), options)) {
          expect([one.id, ...one.names].flatMap(imageForms).filter((form) => named.includes(form))).toEqual([]);
          expect(one.pinned).toBe(false);
          expect(NOW - (one.storedAt ?? NOW)).toBeGreaterThanOrEqual(options.olderThan);
        }
      }),
    );
  });
});
