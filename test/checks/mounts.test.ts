import { describe, expect, it } from 'vitest';
import { mounts } from '../../lib/checks/mounts.ts';
import type { UsageAnswer } from '../../lib/host/host.ts';
import { faultsOf, judge, verdictsOf } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const ROOT = '28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro';
const UID = 'e5ff8fde-b214-11e7-a98b-0650cc001a5b';
const NFS = `60 28 0:45 / /var/lib/kubelet/pods/${UID}/volumes/kubernetes.io~nfs/data rw - nfs4 10.0.0.5:/export rw,vers=4.1`;
const POINT = `/var/lib/kubelet/pods/${UID}/volumes/kubernetes.io~nfs/data`;
const USAGE: UsageAnswer = { kind: 'usage', bytes: 1, bytesAvailable: 1, inodes: 1, inodesFree: 1, device: 1 };
const LATE: UsageAnswer = { kind: 'timed-out', after: 2500 };

function on(lines: readonly string[], node: FakeNode = {}) {
  return judge(mounts, fakeNode({ ...node, files: { '/proc/1/mountinfo': `${lines.join('\n')}\n`, ...node.files } }));
}

describe('mounts: writable', () => {
  it('passes a healthy node', async () => {
    expect(verdictsOf(await on([ROOT]))).toEqual(['pass', 'pass']);
  });

  it.each([
    ['the superblock turned ro on an error', 'ro,errors=remount-ro', 'ro'],
    ['ext4 says so since Linux 6.15', 'rw,emergency_ro', 'emergency_ro'],
    ['ext4 was shut down', 'rw,shutdown', 'shutdown'],
  ])('fails critically when %s', async (_, options, word) => {
    const [fault] = faultsOf(await on([`28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 ${options}`]));

    expect(fault).toMatchObject({
      type: 'ReadonlyFilesystem',
      reason: 'FilesystemIsReadOnly',
      severity: 'critical',
      subject: '/',
    });
    expect(fault?.message).toBe(`/ (ext4 on /dev/sda1) is read-only (${word}) though it is meant to be written to`);
    expect(fault?.advice.map(({ command }) => command)).toContain('fsck -f /dev/sda1');
  });

  it('names a disk once that is mounted in many places', async () => {
    const bind = '40 28 8:1 /lib /srv/lib rw shared:1 - ext4 /dev/sda1 ro';

    expect(faultsOf(await on([ROOT.replace('rw,errors', 'ro,errors'), bind])).map(({ subject }) => subject)).toEqual(['/']);
  });

  it("warns of a pod's disk and names the pod", async () => {
    const disk = `41 28 8:32 / /var/lib/kubelet/pods/${UID}/volumes/kubernetes.io~csi/pvc-1/mount rw - ext4 /dev/sdc ro`;
    const [fault] = faultsOf(await on([ROOT, disk], { directories: { '/var/log/pods': [`web_db-0_${UID}`] } }));

    expect(fault).toMatchObject({ severity: 'warning' });
    expect(fault?.message).toContain('volume pvc-1 of pod web/db-0');
  });

  it.each([
    ['a root that is mounted read-only on purpose', '28 1 253:0 / / ro - ext4 /dev/dm-0 ro'],
    ['Flatcar’s /usr', '29 28 253:0 / /usr ro - btrfs /dev/mapper/usr ro'],
    ['a CD', '30 28 11:0 / /media/cd rw - iso9660 /dev/sr0 ro'],
    ['a snap', '31 28 7:1 / /snap/core/1 rw - squashfs /dev/loop1 ro'],
    ['an overlay without an upper directory', '32 28 0:60 / / rw - overlay overlay ro,lowerdir=/a:/b'],
    ['an erofs root', '33 1 254:0 / / rw - erofs /dev/vda ro'],
    ['our own sandbox', '28 1 8:1 / / ro - ext4 /dev/sda1 rw'],
  ])('passes %s', async (_, line) => {
    expect(faultsOf(await on([line]))).toEqual([]);
  });

  it('believes /etc/fstab: wanted writable, and somebody remounted it', async () => {
    const line = '42 28 8:16 / /data ro,relatime - xfs /dev/sdb ro';

    expect(faultsOf(await on([ROOT, line]))).toEqual([]);
    expect(faultsOf(await on([ROOT, line], { files: { '/etc/fstab': '/dev/sdb /data xfs defaults 0 2\n' } }))).toHaveLength(1);
    expect(faultsOf(await on([ROOT, line], { files: { '/etc/fstab': '/dev/sdb /data xfs ro,noatime 0 2\n' } }))).toEqual([]);
  });

  it("could not tell when only its own namespace's read-only root was seen", async () => {
    const files = { '/proc/self/mountinfo': '28 1 8:1 / / ro - ext4 /dev/sda1 ro\n' };

    expect(verdictsOf(await judge(mounts, fakeNode({ files })))).toEqual(['unknown', 'pass']);
  });

  it('could not tell without any table', async () => {
    expect(verdictsOf(await judge(mounts, fakeNode({})))).toEqual(['unknown']);
  });
});

describe('mounts: answering', () => {
  it('passes when every foreign file system answers', async () => {
    const findings = await on([ROOT, NFS], { usage: { [POINT]: USAGE } });

    expect(findings.at(-1)?.message).toBe('all 1 network and FUSE file systems answered');
  });

  it('names mount point, server and pod of one that does not', async () => {
    const node = { usage: { [POINT]: LATE, '/proc': USAGE }, directories: { '/var/log/pods': [`web_db-0_${UID}`] } };
    const [fault] = faultsOf(await on([ROOT, NFS], node));

    expect(fault).toMatchObject({ type: 'MountUnresponsive', reason: 'MountHung', severity: 'warning', subject: POINT });
    expect(fault?.message).toBe(`${POINT} (nfs4 on 10.0.0.5:/export), volume data of pod web/db-0 gave no answer within 2.5s`);
    expect(fault?.advice.map(({ command }) => command)).toContain('rpcinfo -t 10.0.0.5 nfs');
  });

  it('could not tell on a host that is too slow to ask', async () => {
    expect(verdictsOf(await on([ROOT, NFS], { usage: { [POINT]: LATE, '/proc': LATE } }))).toEqual(['pass', 'unknown']);
  });

  it.each([
    ['Stale file handle', 'MountBroken'],
    ['Transport endpoint is not connected', 'MountBroken'],
    ['Permission denied', undefined],
  ])('judges the error "%s"', async (code, reason) => {
    const [fault] = faultsOf(await on([ROOT, NFS], { usage: { [POINT]: { kind: 'failed', code } } }));

    expect(fault?.reason).toBe(reason);
  });

  it('asks once per file system, and counts its other mount points', async () => {
    const again = NFS.replaceAll('data', 'other-name').replace('60 28', '61 28');
    const [fault] = faultsOf(await on([ROOT, NFS, again], { usage: { [POINT]: LATE, '/proc': USAGE } }));

    expect(fault?.message).toContain('and 1 more mount points of it');
  });

  it('does not ask what an own probe already hangs on', async () => {
    const files = {
      '/proc/77/cmdline': `stat\0-f\0-c\0%S\0--\0${POINT}\0`,
      '/proc/uptime': '1000.0 1.0',
    };
    const processes = [{ pid: 77, name: 'stat', state: 'D', startTicks: 100 }];
    const [fault] = faultsOf(await on([ROOT, NFS], { files, processes, usage: { [POINT]: USAGE } }));

    expect(fault?.message).toContain('an earlier probe (PID 77) still hangs on it and cannot be killed');
  });

  it('never asks autofs, and nothing that another mount covers', async () => {
    const autofs = '50 28 0:40 / /net rw - autofs systemd-1 rw';
    const covered = '51 28 0:41 / /mnt rw - nfs4 a:/x rw\n52 51 0:42 / /mnt rw - tmpfs tmpfs rw';

    expect((await on([ROOT, autofs, covered])).at(-1)?.message).toBe('no network or FUSE file system is mounted');
  });

  it('shows a mount point with a blank and a quote in a command one can type', async () => {
    const line = "60 28 0:45 / /mnt/it\\040isn't rw - fuse.sshfs a:/x rw";
    const usage = { "/mnt/it isn't": LATE, '/proc': USAGE };
    const [fault] = faultsOf(await on([ROOT, line], { usage }));
    const commands = fault?.advice.map(({ command }) => command) ?? [];

    expect(commands).toContain("umount -f -l '/mnt/it isn'\\''t'");
    expect(commands.join('\n')).toContain('/sys/fs/fuse/connections/45/abort');
    expect(commands.join('\n')).not.toContain('rpcinfo');
  });

  it('says how many it left out', async () => {
    const many = Array.from({ length: 70 }, (_, n) => `${100 + n} 28 0:${100 + n} / /m/${n} rw - nfs4 a:/${n} rw`);
    const usage = Object.fromEntries(many.map((_, n) => [`/m/${n}`, USAGE]));

    expect((await on([ROOT, ...many], { usage })).at(-1)).toMatchObject({
      verdict: 'unknown',
      message: '6 foreign file systems beyond the first 64 were not asked',
    });
  });
});
