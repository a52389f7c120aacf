import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import { type Mount, mountOf, mounts, parseMountinfo } from '../../../lib/sources/host/mounts.ts';
import { fakeNode } from '../../fakes/node.ts';

const DEBIAN = `21 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,discard,errors=remount-ro
97 28 8:16 / /var/lib/docker rw,noatime shared:48 master:2 propagate_from:1 - xfs /dev/sdb rw,attr2,inode64
`;

const point = (table: readonly Mount[], path: string) => mountOf(table, path)?.point;

describe('parseMountinfo', () => {
  it('reads lines with any number of optional fields', () => {
    const table = parseMountinfo(DEBIAN);

    expect(table.map(({ device, point, type, origin }) => [device, point, type, origin])).toEqual([
      ['0:20', '/sys', 'sysfs', 'sysfs'],
      ['8:1', '/', 'ext4', '/dev/sda1'],
      ['8:16', '/var/lib/docker', 'xfs', '/dev/sdb'],
    ]);
    expect(table[1]?.superOptions).toEqual(['rw', 'discard', 'errors=remount-ro']);
  });

  it('keeps the options of the mount and of the superblock apart', () => {
    const [mount] = parseMountinfo('28 1 8:1 / /usr ro,relatime - ext4 /dev/sda1 rw,data=ordered');

    expect(mount?.options).toContain('ro');
    expect(mount?.superOptions).toContain('rw');
  });

  it.each([
    ['a blank', '/mnt/my\\040disk', '/mnt/my disk'],
    ['a newline', '/mnt/a\\012b', '/mnt/a\nb'],
    ['a tab and a backslash', '/mnt/\\011\\134', '/mnt/\t\\'],
    ['what looks like an escape after an escaped backslash', '/mnt/\\134040', '/mnt/\\040'],
    ['the separator as a name', '/mnt/\\040-\\040x', '/mnt/ - x'],
    ['a deleted directory', '/var/x//deleted', '/var/x//deleted'],
  ])('decodes a mount point with %s', (_, escaped, expected) => {
    const [mount] = parseMountinfo(`40 28 0:50 / ${escaped} rw shared:9 - tmpfs tmpfs rw`);

    expect(mount?.point).toBe(expected);
  });

  it('keeps a comma inside an option value', () => {
    const [mount] = parseMountinfo('40 28 0:50 / /m rw - overlay overlay rw,lowerdir=/a\\054b,upperdir=/c');

    expect(mount?.superOptions).toEqual(['rw', 'lowerdir=/a,b', 'upperdir=/c']);
  });

  it('reads a mount whose device has no name', () => {
    const [mount] = parseMountinfo('40 28 0:50 / /m rw - tmpfs  rw');

    expect(mount).toMatchObject({ type: 'tmpfs', origin: '', superOptions: ['rw'] });
  });

  it.each([
    ['nothing', ''],
    ['a cut line', '28 1 8:1 / / rw,relatime shared:1 - ext4'],
    ['no separator', '28 1 8:1 / / rw,relatime shared:1 ext4 /dev/sda1 rw'],
    ['something binary', '\0\0\u{fffd}\u{fffd}\n\n- - - - - - -'],
  ])('gives nothing for %s', (_, text) => {
    expect(parseMountinfo(text)).toEqual([]);
  });
});

describe('mountOf', () => {
  const table = parseMountinfo(`${DEBIAN}98 97 8:17 / /var/lib/docker rw - ext4 /dev/sdc rw\n`);

  it.each([
    ['/', '/'],
    ['/var/lib/docker', '/var/lib/docker'],
    ['/var/lib/docker/overlay2', '/var/lib/docker'],
    ['/var/lib/docker-old', '/'],
  ])('finds what holds %s', (path, expected) => {
    expect(point(table, path)).toBe(expected);
  });

  it('takes the mount on top', () => {
    expect(mountOf(table, '/var/lib/docker/image')?.origin).toBe('/dev/sdc');
  });

  it('knows nothing of an empty table', () => {
    expect(mountOf([], '/')).toBeUndefined();
  });
});

describe('mounts', () => {
  it("reads the host's table", async () => {
    const host = fakeNode({ files: { '/proc/1/mountinfo': DEBIAN, '/proc/self/mountinfo': '' } });

    expect(await gatherer(host).fact(mounts)).toMatchObject({ ofHost: true, from: '/proc/1/mountinfo', truncated: false });
  });

  it('says so when it could only read its own', async () => {
    const host = fakeNode({ files: { '/proc/1/mountinfo': { kind: 'denied' }, '/proc/self/mountinfo': DEBIAN } });

    expect(await gatherer(host).fact(mounts)).toMatchObject({ ofHost: false, from: '/proc/self/mountinfo' });
  });

  it('is not available when neither can be read', async () => {
    expect(await gatherer(fakeNode({})).fact(mounts)).toEqual({
      unavailable: 'mounts: /proc/self/mountinfo: does not exist',
    });
  });
});
