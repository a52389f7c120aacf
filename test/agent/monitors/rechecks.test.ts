import { describe, expect, it } from 'vitest';
import { recheck } from '../../../agent/monitors/rechecks.ts';
import type { PathFailure, RunResult } from '../../../lib/host/host.ts';
import type { Claim, Recheck } from '../../../lib/monitors/conditions/claim.ts';
import { fakeNode } from '../../fakes/node.ts';

const claim = (how: Recheck, subject: string): Claim => ({
  monitor: 'm',
  type: 'T',
  reason: 'R',
  subject,
  message: '',
  severity: 'critical',
  since: 0,
  seen: 0,
  trusted: true,
  clearing: { quietPeriod: 1, recheck: how },
});

const table = (options: string, device = '8:1', origin = '/dev/sda1') => ({
  '/proc/1/mountinfo': `22 1 ${device} / /data rw - ext4 ${origin} ${options}\n`,
  '/sys/class/block/sda1/dev': '8:1\n',
});
const stat = (state: string) => ({ '/proc/77/stat': `77 (a) D (b) ${state} 1 77 77 0` });
const full = (count: number) => ({
  '/proc/sys/net/netfilter/nf_conntrack_count': `${count}\n`,
  '/proc/sys/net/netfilter/nf_conntrack_max': '1000\n',
});
const denied: PathFailure = { kind: 'denied' };

describe('what a line said', () => {
  it.each<[string, Recheck, string, Readonly<Record<string, string | PathFailure>>, string]>([
    ['the mount is read-only', 'read-only-mount', 'sda1', table('ro'), 'stands'],
    ['ext4’s newer word', 'read-only-mount', 'sda1', table('rw,emergency_ro'), 'stands'],
    ['it can be written again', 'read-only-mount', 'sda1', table('rw'), 'gone'],
    ['mounted by another name', 'read-only-mount', 'sda1', table('ro', '8:1', '/dev/disk/by-label/x'), 'stands'],
    ['btrfs, with a number of its own', 'read-only-mount', 'sda1', table('ro', '0:40'), 'stands'],
    ['another device is read-only', 'read-only-mount', 'sda1', table('ro', '8:2', '/dev/sda2'), 'gone'],
    ['no table', 'read-only-mount', 'sda1', {}, 'unknown'],
    ['a device that is a path', 'read-only-mount', '../../etc', table('rw'), 'unknown'],
    ['the task is blocked', 'blocked-task', '77', stat('D'), 'stands'],
    ['the task went on', 'blocked-task', '77', stat('S'), 'gone'],
    ['the task has ended', 'blocked-task', '77', {}, 'gone'],
    ['the task cannot be asked about', 'blocked-task', '77', { '/proc/77/stat': denied }, 'unknown'],
    ['the table is full', 'conntrack', '', full(1000), 'stands'],
    ['the table has room', 'conntrack', '', full(899), 'gone'],
    ['no table of connections', 'conntrack', '', {}, 'unknown'],
    ['nobody can ask', 'xfs-shutdown', 'sda1', {}, 'unknown'],
  ])('%s', async (_, how, subject, files, expected) => {
    expect(await recheck(fakeNode({ files }), claim(how, subject))).toBe(expected);
  });
});

describe('an XFS that shut itself down', () => {
  const xfs = { '/proc/1/mountinfo': '22 1 8:1 / /data rw - xfs /dev/sda1 rw\n', '/sys/class/block/sda1/dev': '8:1\n' };
  const said = (code: number, stderr: string) => ({ kind: 'exited', code, stdout: '', stderr, truncated: false }) as const;

  it.each<[string, Readonly<Record<string, string>>, RunResult, string]>([
    ['stands while it answers EIO', xfs, said(1, "stat: cannot statx '/data': Input/output error"), 'stands'],
    ['is over when it answers', xfs, said(0, ''), 'gone'],
    ['is over when it is mounted no more', table('rw', '8:2', '/dev/sda2'), said(0, ''), 'gone'],
    ['is over when another file system is there', table('rw'), said(1, 'Input/output error'), 'gone'],
    ['stands for its quiet period where nobody can tell', xfs, said(1, 'Permission denied'), 'unknown'],
    ['is another thing than one that hangs', xfs, { kind: 'timed-out', after: 2000, stdout: '', stderr: '' }, 'unknown'],
  ])('%s', async (_, files, answer, expected) => {
    const commands = { 'stat --format=%n -- /data': answer };

    expect(await recheck(fakeNode({ files, commands }), claim('xfs-shutdown', 'sda1'))).toBe(expected);
  });
});
