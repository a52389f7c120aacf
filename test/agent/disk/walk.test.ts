import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walk } from '../../../agent/disk/walk.ts';
import { largest } from '../../../lib/disk/largest.ts';
import { MiB } from '../../../lib/model/units.ts';
import { SCRATCH } from '../../fakes/scratch.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(SCRATCH, 'walk-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const options = { within: 1000, mostRead: MiB, mountPoints: new Set<string>(), clock: () => 0, read: () => 0 };

function fill(directory: string, files: number, size = 0): void {
  mkdirSync(join(root, directory), { recursive: true });
  for (let at = 0; at < files; at += 1) writeFileSync(join(root, directory, `f${at}`), 'x'.repeat(size));
}

describe('walk', () => {
  it('counts every inode once, directories too', () => {
    fill('many/small', 30);
    fill('one', 1, 5 * MiB);

    const { tree, inodes, bytes, cut } = walk(root, options);

    expect({ inodes, cut }).toEqual({ inodes: 34, cut: undefined });
    expect(bytes).toBeGreaterThanOrEqual(5 * MiB);
    expect(largest(tree, 'inodes', 1)).toMatchObject([{ path: join(root, 'many/small'), inodes: 31 }]);
    expect(largest(tree, 'bytes', 1)).toMatchObject([{ path: join(root, 'one/f0') }]);
  });

  it('counts a file with two names once, and follows no link', () => {
    fill('a', 1, 6 * MiB);
    linkSync(join(root, 'a/f0'), join(root, 'a/again'));
    symlinkSync('/usr', join(root, 'usr'));

    const { inodes, bytes } = walk(root, options);

    expect(inodes).toBe(3);
    expect(bytes).toBeLessThan(7 * MiB);
  });

  it('goes into no mount point: a bind mount of the same filesystem would count twice', () => {
    fill('volumes/bound', 50);
    fill('own', 2);

    expect(walk(root, { ...options, mountPoints: new Set([join(root, 'volumes/bound')]) }).inodes).toBe(4);
  });

  it('stops at its deadline, says so, and keeps what it has of every subtree', () => {
    for (const name of ['a', 'b', 'c']) for (let at = 0; at < 20; at += 1) fill(`${name}/x/y/z${at}`, 60);
    let now = 0;
    const clock = () => {
      now += 300;
      return now;
    };

    const { inodes, cut, tree } = walk(root, { ...options, clock });

    expect(inodes).toBeLessThan(3700);
    expect(cut).toContain('time');
    expect(
      largest(tree, 'inodes', 3)
        .map(({ path }) => path.slice(root.length, root.length + 2))
        .sort(),
    ).toEqual(['/a', '/b', '/c']);
  });

  it('lets no single directory use up the time of the others', () => {
    fill('huge', 9000);
    fill('small/x', 100);
    let now = 0;
    const clock = () => {
      now += 100;
      return now;
    };

    const { tree, cut } = walk(root, { ...options, clock });
    const users = largest(tree, 'inodes', 5);

    expect(cut).toContain('time');
    expect(users).toMatchObject([{ path: join(root, 'huge') }, { path: join(root, 'small/x'), inodes: 101 }]);
  });

  it('stops when it has read its share of the disk', () => {
    fill('a', 2000);
    let read = 0;

    const { inodes, cut } = walk(root, {
      ...options,
      read() {
        read += MiB / 2;
        return read;
      },
    });

    expect(inodes).toBeLessThan(2001);
    expect(cut).toContain('MiB');
  });

  it('says how many directories it may not see', () => {
    expect(walk(join(root, 'missing'), options)).toMatchObject({ inodes: 0, denied: 1 });
  });
});
