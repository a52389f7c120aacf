import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReclaimNode } from '../../../../agent/disk/reclaim/node.ts';
import type { Pods } from '../../../../agent/disk/reclaim/pods.ts';
import { previewReclaim } from '../../../../agent/disk/reclaim/preview.ts';
import { reclaim } from '../../../../agent/disk/reclaim/step.ts';
import { imageForms } from '../../../../lib/disk/reclaim/image-name.ts';
import type { StoredContainer, StoredFile, StoredImage } from '../../../../lib/disk/reclaim/inventory.ts';
import { RECLAIM_STEPS, type ReclaimRequest, type ReclaimSettings, type ReclaimStepName } from '../../../../lib/model/reclaim.ts';
import { MiB, minutes } from '../../../../lib/model/units.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const OLD = NOW - minutes(600);
const aged = { enabled: true, olderThan: minutes(60) };
const settings: ReclaimSettings = {
  cores: { ...aged, directories: [] },
  logs: aged,
  journal: { enabled: true, keep: 0 },
  containers: aged,
  images: aged,
};

interface Contents {
  readonly pods: Pods;
  readonly containers: StoredContainer[];
  readonly images: StoredImage[];
  readonly files: StoredFile[];
  readonly open: ReadonlySet<string> | undefined;
}

const empty = (): Contents => ({ pods: { kind: 'known', pods: [] }, containers: [], images: [], files: [], open: new Set() });
const PIECE = 10 * MiB;

/** A node in memory: each thing on it takes 10 MiB and one inode of a disk of 1 GiB. */
function fakeReclaimNode(given: Partial<Contents> = {}) {
  const contents = { ...empty(), ...given };
  const removed: string[] = [];
  let [time, pieces] = [0, contents.containers.length + contents.images.length + contents.files.length];
  const take = <One>(list: One[], one: One, name: string) => {
    time += 1000;
    const at = list.indexOf(one);
    if (at < 0) return 'it is gone';
    list.splice(at, 1);
    removed.push(name);
    pieces -= 1;
    return undefined;
  };
  const node: ReclaimNode = {
    clock: { now: () => NOW, monotonic: () => time },
    available: () => ({ bytes: 1024 * MiB - pieces * PIECE, inodes: 1000 - pieces }),
    device: (path) => (path.startsWith('/other') ? 9 : 8),
    pods: async () => contents.pods,
    store: async () => ({
      directory: '/var/lib/docker',
      runtime: {
        name: 'docker',
        containers: async () => [...contents.containers],
        images: async () => [...contents.images],
        sandboxImages: async () => ['infra:1'],
        removeContainer: async (one) => take(contents.containers, one, one.id),
        removeImage: async (one) => take(contents.images, one, one.id),
        sizeOfContainers: async (all) => ({ bytes: all.length * PIECE, inodes: all.length }),
        sizeOfImages: async (gone) => ({ bytes: gone.length * PIECE, inodes: gone.length }),
      },
    }),
    files: (directory) => contents.files.filter(({ path }) => path.startsWith(`${directory}/`)),
    openFiles: () => contents.open,
    removeFile: (one) => take(contents.files, one, one.path),
    async vacuumJournal(directory) {
      for (const one of contents.files.filter(({ path }) => path.startsWith(`${directory}/`) && path.includes('@'))) {
        take(contents.files, one, one.path);
      }
      return undefined;
    },
  };
  return { node, removed, contents };
}

const image = (id: string, details: Partial<StoredImage> = {}): StoredImage => ({
  id,
  names: [`${id}:1`],
  pinned: false,
  storedAt: OLD,
  bytes: 1,
  ...details,
});
const container = (id: string, details: Partial<StoredContainer> = {}): StoredContainer => ({
  id,
  name: id,
  podUid: 'gone',
  isSandbox: false,
  hasExited: true,
  finishedAt: OLD,
  images: [],
  ...details,
});
const file = (path: string, details: Partial<StoredFile> = {}): StoredFile => ({
  path,
  device: 8,
  inode: 1,
  links: 1,
  isRegular: true,
  bytes: PIECE,
  modifiedAt: OLD,
  ...details,
});
const request = (step: ReclaimStepName, details: Partial<ReclaimRequest> = {}): ReclaimRequest => ({
  step,
  filesystem: '/',
  until: { bytes: 2 ** 40, inodes: 0 },
  settings,
  within: minutes(1),
  ...details,
});

describe('a step', () => {
  it.each<[ReclaimStepName, Partial<Contents>, string[]]>([
    ['images', { images: [image('a'), image('b')] }, ['a', 'b']],
    ['containers', { containers: [container('c')] }, ['c']],
    ['logs', { files: [file('/var/log/syslog.1'), file('/var/log/syslog')] }, ['/var/log/syslog.1']],
    ['cores', { files: [file('/var/lib/systemd/coredump/core.1.zst')] }, ['/var/lib/systemd/coredump/core.1.zst']],
    [
      'journal',
      { files: [file('/var/log/journal/m/a@1.journal'), file('/var/log/journal/m/a.journal')] },
      ['/var/log/journal/m/a@1.journal'],
    ],
  ])('%s removes what it may, and measures it', async (step, contents, gone) => {
    const { node, removed } = fakeReclaimNode(contents);

    const report = await reclaim(node, request(step));

    expect(removed).toEqual(gone);
    expect(report).toMatchObject({
      step,
      removed: gone.length,
      freed: { bytes: gone.length * PIECE, inodes: gone.length },
      enough: false,
    });
  });

  it('stops as soon as there is room again', async () => {
    const { node, removed } = fakeReclaimNode({ images: Array.from({ length: 20 }, (_, at) => image(`i${at}`)) });
    const until = { bytes: 1024 * MiB - 17 * PIECE, inodes: 0 };

    expect(await reclaim(node, request('images', { until }))).toMatchObject({ removed: 3, enough: true });
    expect(removed).toHaveLength(3);
  });

  it('does nothing where there is room, and says so', async () => {
    const { node, removed } = fakeReclaimNode({ images: [image('a')] });

    expect(await reclaim(node, request('images', { until: { bytes: 1, inodes: 1 } }))).toMatchObject({
      removed: 0,
      why: 'there is room again',
    });
    expect(removed).toEqual([]);
  });

  it('frees inodes where inodes are short', async () => {
    const { node } = fakeReclaimNode({ files: [file('/var/log/a.1'), file('/var/log/b.1')] });

    expect(await reclaim(node, request('logs', { until: { bytes: 0, inodes: 999 } }))).toMatchObject({
      removed: 1,
      enough: true,
    });
  });

  it('ends when its time is over', async () => {
    const { node } = fakeReclaimNode({ images: Array.from({ length: 20 }, (_, at) => image(`i${at}`)) });

    expect(await reclaim(node, request('images', { within: 5000 }))).toMatchObject({ removed: 5, why: 'its time was over' });
  });

  it.each<ReclaimStepName>([
    'images',
    'containers',
    'logs',
    'cores',
  ])('%s touches nothing where the pods are not known', async (step) => {
    const { node, removed } = fakeReclaimNode({
      pods: { kind: 'unknown', why: 'nobody answers' },
      images: [image('a')],
      containers: [container('c')],
      files: [file('/var/log/a.1'), file('/var/lib/systemd/coredump/core.1')],
    });

    expect(await reclaim(node, request(step))).toMatchObject({ removed: 0, why: expect.stringContaining('nobody answers') });
    expect(removed).toEqual([]);
  });

  it.each<ReclaimStepName>(['logs', 'cores'])('%s touches nothing where open files are not known', async (step) => {
    const { node, removed } = fakeReclaimNode({
      open: undefined,
      files: [file('/var/log/a.1'), file('/var/lib/systemd/coredump/core.1')],
    });

    expect(await reclaim(node, request(step))).toMatchObject({ removed: 0, why: expect.stringContaining('open') });
    expect(removed).toEqual([]);
  });

  it.each(RECLAIM_STEPS)('%s leaves other filesystems alone', async (step) => {
    const { node, removed } = fakeReclaimNode({
      images: [image('a')],
      containers: [container('c')],
      files: [file('/var/log/a.1')],
    });

    expect((await reclaim(node, request(step, { filesystem: '/other' }))).why).toContain('/other');
    expect(removed).toEqual([]);
  });

  it('leaves an image for which a pod came while another one was removed', async () => {
    const fake = fakeReclaimNode({ images: [image('a'), image('b')] });
    let asked = 0;
    const pods = async (): Promise<Pods> => {
      asked += 1;
      return { kind: 'known', pods: asked <= 2 ? [] : [{ uids: ['new'], images: ['b:1'], hostPaths: [] }] };
    };

    expect(await reclaim({ ...fake.node, pods }, request('images'))).toMatchObject({
      removed: 1,
      kept: ['b:1: it is in use by now'],
    });
    expect(fake.removed).toEqual(['a']);
  });

  it('goes on after what refuses to go, and names it', async () => {
    const fake = fakeReclaimNode({ files: [file('/var/log/a.1'), file('/var/log/b.1')] });
    const removeFile = (one: StoredFile) => (one.path === '/var/log/a.1' ? 'EPERM' : fake.node.removeFile(one));

    expect(await reclaim({ ...fake.node, removeFile }, request('logs'))).toMatchObject({
      removed: 1,
      kept: ['/var/log/a.1: EPERM'],
    });
  });

  it('is over, not broken, where the runtime does not answer', async () => {
    const { node } = fakeReclaimNode();
    const store = async () => {
      throw new Error('docker /containers/json: timed-out');
    };

    expect(await reclaim({ ...node, store }, request('images'))).toMatchObject({
      removed: 0,
      why: 'docker /containers/json: timed-out',
    });
  });
});

describe('whatever is on the node', () => {
  const uid = fc.constantFrom('u1', 'u2', 'u3');
  const ref = fc.constantFrom('i0:1', 'i1:1', 'i2:1', 'infra:1');
  const when = fc.constantFrom(OLD, NOW - 1000, NOW + 1000, 0);
  const contents = fc.record({
    pods: fc.array(
      fc.record({
        uids: fc.array(uid, { minLength: 1, maxLength: 1 }),
        images: fc.array(ref),
        hostPaths: fc.constantFrom([], ['/var/log/app']),
      }),
      { maxLength: 3 },
    ),
    containers: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('c1', 'c2', 'c3', 'c4'),
        podUid: uid,
        hasExited: fc.boolean(),
        isSandbox: fc.boolean(),
        finishedAt: when,
        images: fc.array(ref),
      }),
      { selector: ({ id }) => id },
    ),
    images: fc.uniqueArray(fc.record({ id: fc.constantFrom('i0', 'i1', 'i2', 'infra'), pinned: fc.boolean(), storedAt: when }), {
      selector: ({ id }) => id,
    }),
    files: fc.uniqueArray(
      fc.record({
        path: fc.constantFrom(
          '/var/log/a.1',
          '/var/log/app/a.1',
          '/var/log/pods/p/a.1',
          '/var/log/syslog',
          '/var/lib/systemd/coredump/core.1',
          '/var/lib/kubelet/pods/u1/core.1',
        ),
        inode: fc.nat(3),
        modifiedAt: when,
        links: fc.constantFrom(1, 2),
      }),
      { selector: ({ path }) => path },
    ),
    open: fc.array(fc.nat(3)).map((inodes) => new Set(inodes.map((inode) => `8:${inode}`))),
  });

  it('all steps together remove nothing of a pod that the node knows, and preview what they remove', async () => {
    await fc.assert(
      fc.asyncProperty(contents, async ({ pods, containers, images, files, open }) => {
        const { node, removed } = fakeReclaimNode({
          pods: { kind: 'known', pods },
          containers: containers.map(({ id, ...rest }) => container(id, rest)),
          images: images.map(({ id, ...rest }) => image(id, rest)),
          files: files.map(({ path, ...rest }) => file(path, rest)),
          open,
        });
        const before = await previewReclaim(node, '/', settings);
        const uids = pods.flatMap((pod) => pod.uids);
        const named = new Set([...pods, ...containers].flatMap((one) => one.images).flatMap(imageForms));

        for (const step of ['cores', 'logs', 'images', 'containers'] as const) {
          const { freed } = await reclaim(node, request(step));
          expect(before.find((one) => one.step === step)).toMatchObject(freed);
        }

        for (const one of containers.filter(({ id }) => removed.includes(id)))
          expect(one.hasExited && !uids.includes(one.podUid)).toBe(true);
        for (const one of images.filter(({ id }) => removed.includes(id)))
          expect(one.pinned || named.has(imageForms(`${one.id}:1`)[0] ?? '')).toBe(false);
        for (const one of files.filter(({ path }) => removed.includes(path))) {
          expect(open.has(`8:${one.inode}`) || one.links > 1 || /pods|syslog/.test(one.path)).toBe(false);
          if (pods.some(({ hostPaths }) => hostPaths.length > 0)) expect(one.path).not.toContain('/app/');
        }
      }),
    );
  });
});
