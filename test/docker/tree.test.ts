import { describe, expect, it } from 'vitest';
import { dockerOwnMount } from '../../lib/docker/mounts.ts';
import { paceMeter, parseProgress, progressLine } from '../../lib/docker/progress.ts';
import { copyArgv, installHint, isCopier, isForeign, rsyncVersion } from '../../lib/docker/rsync.ts';
import { treeCounter, treeDifferences } from '../../lib/docker/tree.ts';

const count = (...entries: string[]) => {
  const counter = treeCounter(isForeign);
  const text = entries.map((entry) => `${entry}\0`).join('');
  // As a pipe gives it: cut anywhere.
  for (let at = 0; at < text.length; at += 5) counter.add(text.slice(at, at + 5));
  return counter.summary();
};
const ROOT = 'd 4096 3 1 ';

describe('a tree in numbers', () => {
  it('counts names by type, each inode once, and groups of one file', () => {
    const summary = count(ROOT, 'f 10 2 7 b', 'f 10 2 7 a', 'f 5 1 8 new\nline name', 'l 3 1 9 link', 'c 0 1 10 whiteout');

    expect(summary).toEqual({
      names: { d: 1, f: 3, l: 1, c: 1 },
      bytes: 15,
      inodes: 5,
      linked: ['a\0b'],
    });
  });

  it('leaves out the marker and lost+found at the top alone', () => {
    const summary = count(ROOT, 'f 9 1 2 .nodemend-move', 'd 0 2 3 lost+found', 'f 1 1 4 lost+found/x', 'f 1 1 5 v/lost+found');

    expect(summary.names).toEqual({ d: 1, f: 1 });
  });

  it('takes a file whose other names are outside as one', () => {
    expect(treeDifferences(count(ROOT, 'f 1 2 7 a'), count(ROOT, 'f 1 1 3 a'))).toEqual([]);
  });

  it.each([
    [['f 1 1 7 a'], ['f 2 1 7 a'], ['2 bytes in files in place of 1']],
    [
      ['f 1 2 7 a', 'f 1 2 7 b'],
      ['f 1 1 7 a', 'f 1 1 8 b'],
      ['2 bytes in files in place of 1', '3 inodes in place of 2', 'no longer one file: a, b'],
    ],
    [['c 0 1 7 a'], ['f 0 1 7 a'], ['0 character devices in place of 1', '1 regular files in place of 0']],
    [
      ['f 1 2 7 a', 'f 1 2 7 b', 'f 1 2 8 c', 'f 1 2 8 d'],
      ['f 1 2 7 a', 'f 1 2 7 c', 'f 1 2 8 b', 'f 1 2 8 d'],
      ['no longer one file: a, b', 'no longer one file: c, d'],
    ],
  ])('%j and %j differ', (before, after, expected) => {
    expect(treeDifferences(count(ROOT, ...before), count(ROOT, ...after))).toEqual(expected);
  });
});

describe('rsync', () => {
  it.each([
    ['  1,234,567  45%  100.00MB/s    0:00:12 (xfr#5, to-chk=169/396)', { bytes: 1234567, share: 0.45 }],
    ['              0 100%    0.00kB/s    0:00:00 (xfr#0, to-chk=0/396)', { bytes: 0, share: 1 }],
    ['sending incremental file list', undefined],
    ['', undefined],
    ['12% of nothing', undefined],
  ])('%j', (line, expected) => expect(parseProgress(line)).toEqual(expected));

  it.each([
    ['rsync  version 3.2.7  protocol version 31\n', [3, 2]],
    ['rsync  version v3.4.1  protocol version 32', [3, 4]],
    ['openrsync: protocol version 29', undefined],
    ['', undefined],
  ])('%j', (text, version) => expect(rsyncVersion(text)).toEqual(version));

  it('of ours is known by its own words, and nobody else’s is', () => {
    const argv = copyArgv('/var/lib/docker', '/data/docker');

    expect(isCopier(argv, '/data/docker')).toBe(true);
    expect(isCopier(['/usr/bin/rsync', ...argv.slice(1)], '/data/docker')).toBe(true);
    expect(isCopier(argv, '/data/other')).toBe(false);
    expect(isCopier(['vi', ...argv.slice(1)], '/data/docker')).toBe(false);
    expect(isCopier(['rsync', '-a', '/home/', '/data/docker/'], '/data/docker')).toBe(false);
    expect(isCopier([], '/data/docker')).toBe(false);
  });

  it.each([
    [['ubuntu', 'debian'], 'apt-get install rsync'],
    [['centos', 'rhel', 'fedora'], 'yum install rsync'],
    [['opensuse-leap', 'suse'], 'zypper install rsync'],
    [[], "install the distribution's package rsync"],
  ])('of %j: %s', (ids, hint) => expect(installHint(ids)).toBe(hint));
});

describe('progress', () => {
  it('tells rate and time left of the last half minute', () => {
    const pace = paceMeter(1000);
    expect(pace(0, 0)).toEqual({ perSecond: 0, left: undefined });
    expect(pace(1000, 100)).toEqual({ perSecond: 100, left: 9000 });
    for (const at of [31_000, 40_000, 62_000]) pace(at, 200);
    expect(pace(63_000, 200)).toEqual({ perSecond: 0, left: undefined });
  });

  it('is one line', () => {
    expect(progressLine({ bytes: 512 * 2 ** 20, share: 0.25 }, 2 ** 31, { perSecond: 98 * 2 ** 20, left: 15_300 })).toBe(
      '[######..................]  25%  512 MiB of 2 GiB  98 MiB/s  16s left',
    );
  });
});

describe("docker's own mounts", () => {
  it.each([
    ['overlay2/5b40/merged', 'overlay', true],
    ['overlay2/5b40/merged', 'ext4', false],
    ['165536.165536/overlay2/5b40/merged', 'overlay', true],
    ['containers/a3fb/mounts/shm', 'tmpfs', true],
    ['containers/a3fb/shm', 'tmpfs', true],
    ['volumes/db/_data', 'nfs4', false],
    ['volumes', 'xfs', false],
  ])('%s of %s: %s', (below, type, own) => expect(dockerOwnMount('/var/lib/docker', `/var/lib/docker/${below}`, type)).toBe(own));
});
