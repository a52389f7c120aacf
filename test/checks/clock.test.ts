import { describe, expect, it } from 'vitest';
import { clock } from '../../lib/checks/clock.ts';
import type { RunResult } from '../../lib/host/host.ts';
import { parseTimedatectl, parseTracking } from '../../lib/sources/host/time-sync.ts';
import { faultsOf, judge } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const TRACKING =
  'A29FC87B,162.159.200.123,4,1767225600.123,0.000012345,-0.000003,0.000020,-12.1,0.001,0.05,0.01,0.001,64.5,Normal\n';
const CHRONYC = 'chronyc -c -n tracking';
const SHOW = 'timedatectl show -p NTPSynchronized';
const failed = (stderr: string): RunResult => ({ kind: 'exited', code: 1, stdout: '', stderr, truncated: false });

function running(name: string, commands: FakeNode['commands'] = {}, more: FakeNode = {}): FakeNode {
  return {
    processes: [{ pid: 5, name, startTicks: 0 }],
    commands,
    ...more,
    files: { '/proc/5/cgroup': '0::/system.slice/time.service\n', '/proc/uptime': '90000.0 1.0\n', ...more.files },
  };
}

const on = async (node: FakeNode) => (await judge(clock, fakeNode(node)))[0];

describe('clock', () => {
  it('skips a host without a time daemon, with the reason', async () => {
    expect(await on({ processes: [{ pid: 1 }] })).toEqual({
      verdict: 'skip',
      message: 'no time daemon runs on this host (chronyd, ntpd, systemd-timesyncd)',
    });
  });

  it("does not take a container's daemon for the host's", async () => {
    const files = { '/proc/5/cgroup': `0::/docker/${'a'.repeat(64)}\n` };

    expect((await on(running('chronyd', {}, { files })))?.verdict).toBe('skip');
  });

  it.each<[string, FakeNode, string]>([
    ['chrony', running('chronyd', { [CHRONYC]: TRACKING }), 'chronyd keeps the clock within 0ms (chronyc tracking: stratum 4)'],
    [
      'timesyncd',
      running('systemd-timesyn', { [SHOW]: 'NTPSynchronized=yes\n' }),
      'systemd-timesyncd keeps the clock (timedatectl: NTP synchronized yes)',
    ],
  ])('passes with %s', async (_, node, message) => {
    expect(await on(node)).toEqual({ verdict: 'pass', message });
  });

  it.each<[string, FakeNode]>([
    ['chrony', running('chronyd', { [CHRONYC]: TRACKING.replace('Normal', 'Not synchronised') })],
    ['timesyncd', running('systemd-timesyn', { [SHOW]: 'NTPSynchronized=no\n' })],
    [
      'systemd 219',
      running('ntpd', {
        [SHOW]: failed('Unknown operation show.'),
        'timedatectl status': '     NTP enabled: yes\nNTP synchronized: no\n',
      }),
    ],
  ])('warns when %s has not synchronized for a day', async (_, node) => {
    const finding = await on(node);

    expect(finding).toMatchObject({
      type: 'ClockUnsynchronized',
      reason: 'ClockNotSynchronized',
      severity: 'warning',
      state: 'active',
    });
    expect(finding?.message).toContain('for 1d1h');
  });

  it('suspects a daemon that has just started', async () => {
    const node = running('systemd-timesyn', { [SHOW]: 'NTPSynchronized=no\n' }, { files: { '/proc/uptime': '60.0 1.0\n' } });

    expect(await on(node)).toMatchObject({ state: 'suspected' });
  });

  it.each([
    ['-3.5', 'the clock is off by 3.5s, allowed are 1s'],
    ['2.0', 'the clock is off by 2s, allowed are 1s'],
  ])('warns of an offset of %s s', async (offset, message) => {
    const node = running('chronyd', { [CHRONYC]: TRACKING.replace('0.000012345', offset) });

    expect(await on(node)).toMatchObject({ reason: 'ClockOffsetLarge', message });
  });

  it.each<[string, FakeNode['commands']]>([
    ['nothing can be asked', {}],
    ['D-Bus hangs', { [SHOW]: { kind: 'timed-out', after: 1500, stdout: '', stderr: '' } }],
    [
      'chrony does not tell and leaves the kernel’s flag alone',
      { [CHRONYC]: '506 Cannot talk to daemon\n', [SHOW]: 'NTPSynchronized=no\n' },
    ],
  ])('could not tell when %s', async (_, commands) => {
    expect((await on(running('chronyd', commands)))?.verdict).toBe('unknown');
  });

  it("believes the kernel's yes where chrony does not tell", async () => {
    expect((await on(running('chronyd', { [SHOW]: 'NTPSynchronized=yes\n' })))?.verdict).toBe('pass');
  });

  it('fails on a date before this program was written', async () => {
    const findings = await judge(clock, fakeNode({ now: Date.parse('1970-01-01T00:05:00Z'), processes: [] }));

    expect(faultsOf(findings)).toMatchObject([{ reason: 'ClockImplausible', severity: 'critical' }]);
  });
});

describe('parsers of time-sync', () => {
  it.each([
    '',
    '506 Cannot talk to daemon',
    ',,,,',
    '\0'.repeat(20),
    'a,b,c,d,e,f,g,h,i,j,k,l,m,n',
  ])('find no tracking in %j', (text) => {
    expect(parseTracking(text)).toBeUndefined();
  });

  it.each(['', 'NTPSynchronized=', 'Failed to connect to bus'])('find no answer in %j', (text) => {
    expect(parseTimedatectl(text)).toBeUndefined();
  });
});
