import { describe, expect, it } from 'vitest';
import { recheck } from '../../../agent/monitors/rechecks.ts';
import type { PathFailure } from '../../../lib/host/host.ts';
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
