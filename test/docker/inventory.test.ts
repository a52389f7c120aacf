import { describe, expect, it } from 'vitest';
import { lossesOf, refreshed, toInventory, toStartAgain, usesContainerdStore } from '../../lib/docker/inventory.ts';

const container = (id: string, state: string, labels = {}) => ({ Id: id, Names: [`/${id}`], State: state, Labels: labels });
const pod = { 'io.kubernetes.pod.name': 'web' };
const info = { ServerVersion: '20.10.24', DockerRootDir: '/var/lib/docker', Driver: 'overlay2' };
const inventory = (images: string[], containers: unknown[], volumes: string[] = []) =>
  toInventory(
    info,
    images.map((Id) => ({ Id })),
    containers,
    { Volumes: volumes.map((Name) => ({ Name })) },
  );

describe('inventory', () => {
  it('is read from what docker answers', () => {
    expect(inventory(['b', 'a'], [container('x', 'running', pod), container('y', 'exited')], ['v'])).toEqual({
      version: '20.10.24',
      root: '/var/lib/docker',
      driver: 'overlay2',
      images: ['a', 'b'],
      volumes: ['v'],
      containers: [
        { id: 'x', name: 'x', running: true, kubernetes: true },
        { id: 'y', name: 'y', running: false, kubernetes: false },
      ],
    });
  });

  it.each([[undefined], [null], [[]], ['text'], [{ Volumes: null }], [[null, 7]]])('of %j is empty, and no error', (junk) =>
    expect(toInventory(junk, junk, junk, junk)).toMatchObject({ root: '', volumes: [] }));

  it('misses what was there before, by its id', () => {
    const before = inventory(['a', 'b'], [container('x', 'running'), container('y', 'exited')], ['v', 'w']);
    const after = inventory(['b', 'c'], [container('x', 'running')], ['v']);

    expect(lossesOf(before, after, false)).toEqual([
      '1 image is missing: a',
      '1 container is missing: y',
      '1 volume is missing: w',
    ]);
    expect(lossesOf(before, before, false)).toEqual([]);
    expect(lossesOf(before, { ...before, driver: 'vfs' }, false)).toEqual(['the storage driver is vfs and was overlay2']);
  });

  it('does not miss what a running kubelet deletes by its own rules', () => {
    const before = inventory(['a'], [container('x', 'exited'), container('p', 'exited', pod)], ['v']);

    expect(lossesOf(before, inventory([], [container('x', 'exited')], ['v']), true)).toEqual([]);
    expect(lossesOf(before, inventory([], []), true)).toEqual(['1 container is missing: x', '1 volume is missing: v']);
    expect(lossesOf(before, inventory([], [container('x', 'exited')], ['v']), false)).toHaveLength(2);
  });

  it('has those started again that ran, but for what the kubelet makes anew', () => {
    const before = inventory(
      [],
      [container('x', 'running'), container('p', 'running', pod), container('e', 'exited'), container('z', 'paused')],
    );
    const after = inventory(
      [],
      [container('x', 'exited'), container('p', 'exited', pod), container('e', 'exited'), container('z', 'running')],
    );

    expect(toStartAgain(before, after)).toEqual(['x']);
  });

  it('looked at again keeps in mind who ran before', () => {
    const before = inventory([], [container('x', 'running'), container('gone', 'running')]);
    const now = inventory([], [container('x', 'exited'), container('new', 'running')]);

    expect(refreshed(before, now).containers.map(({ id, running }) => [id, running])).toEqual([
      ['x', true],
      ['new', true],
    ]);
  });

  it.each([
    [{ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }, true],
    [{ DriverStatus: [['Backing Filesystem', 'extfs']] }, false],
    [{ DriverStatus: null }, false],
    [undefined, false],
  ])('%j has its images in containerd: %s', (answer, expected) => expect(usesContainerdStore(answer)).toBe(expected));
});
