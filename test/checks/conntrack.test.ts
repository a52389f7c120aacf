import { describe, expect, it } from 'vitest';
import { conntrack } from '../../lib/checks/conntrack.ts';
import { parseConntrackDrops } from '../../lib/sources/network/conntrack-table.ts';
import { judge } from '../fakes/judge.ts';
import { fakeNode } from '../fakes/node.ts';

const DIRECTORY = '/proc/sys/net/netfilter';
const STATISTICS = `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
0000a00e  00000000 00000000 00000000 00001234 00000000 00000000 00000007 00000000 00000000 0000000a 00000000 00000000  00000000 00000000 00000000 00000000
0000a00e  00000000 00000000 00000000 00001234 00000000 00000000 00000007 00000000 00000000 00000010 00000000 00000000  00000000 00000000 00000000 00000000
`;

async function on(count: string, limit: string, more: Record<string, string> = {}) {
  const files = { [`${DIRECTORY}/nf_conntrack_count`]: count, [`${DIRECTORY}/nf_conntrack_max`]: limit, ...more };
  const [finding] = await judge(conntrack, fakeNode({ files }));
  return finding;
}

describe('conntrack', () => {
  it('passes with the numbers', async () => {
    expect(await on('1200\n', '262144\n')).toEqual({
      verdict: 'pass',
      message: '1200 of 262144 connections tracked (< 1 %)',
    });
  });

  it('warns from 90 %', async () => {
    expect(await on('58983\n', '65536\n')).toMatchObject({
      reason: 'ConntrackTableNearlyFull',
      severity: 'warning',
      verdict: 'warn',
    });
    expect((await on('58982\n', '65536\n'))?.verdict).toBe('pass');
  });

  it('fails when it is full, with what was dropped and the command', async () => {
    const finding = await on('65536\n', '65536\n', { '/proc/net/stat/nf_conntrack': STATISTICS });

    expect(finding).toMatchObject({
      reason: 'ConntrackTableFull',
      severity: 'critical',
      message: '65536 of 65536 connections tracked (100 %); 26 packets dropped since boot',
      measure: { observed: 65536, limit: 65536 },
    });
    expect(finding).toHaveProperty('advice.1.command', 'sysctl -w net.netfilter.nf_conntrack_max=131072');
  });

  it('skips a kernel that tracks nothing', async () => {
    expect((await judge(conntrack, fakeNode({})))[0]?.verdict).toBe('skip');
  });

  it('passes a table without limit', async () => {
    expect((await on('5\n', '0\n'))?.verdict).toBe('pass');
  });

  it.each(['', 'x', '-1'])('could not tell from %j', async (count) => {
    expect((await on(count, '65536\n'))?.verdict).toBe('unknown');
  });

  it('obeys the settings', async () => {
    const files = { [`${DIRECTORY}/nf_conntrack_count`]: '50', [`${DIRECTORY}/nf_conntrack_max`]: '100' };

    expect((await judge(conntrack, fakeNode({ files }), { warnAt: 0.5 }))[0]?.verdict).toBe('warn');
  });
});

describe('parseConntrackDrops', () => {
  it('finds the column by its name', () => {
    expect(parseConntrackDrops(STATISTICS)).toBe(26);
  });

  it.each(['', 'entries found\n0 1\n', '\0'])('gives nothing for %j', (text) => {
    expect(parseConntrackDrops(text)).toBeUndefined();
  });
});
