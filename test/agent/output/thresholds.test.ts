import { describe, expect, it } from 'vitest';
import { renderThresholds, type ThresholdRow, type ThresholdsReport } from '../../../agent/output/thresholds.ts';

const GIB = 2 ** 30;

function row(details: Partial<ThresholdRow>): ThresholdRow {
  return {
    signal: 'nodefs.available',
    kind: 'hard',
    threshold: '10%',
    thresholdValue: 10 * GIB,
    source: 'default (v1.36.2)',
    observed: 50 * GIB,
    capacity: 100 * GIB,
    headroom: 40 * GIB,
    secondsLeft: null,
    at: '/var/lib/kubelet',
    graceSeconds: null,
    ...details,
  };
}

const lost = { threshold: null, thresholdValue: null, headroom: null, source: 'flag --eviction-hard' } as const;

function report(signals: readonly ThresholdRow[], notes: readonly string[] = []): ThresholdsReport {
  return {
    apiVersion: 'nodemend.io/v1',
    kind: 'ThresholdsReport',
    node: 'node1',
    time: '2026-01-01T00:00:00.000Z',
    kubelet: { version: 'v1.36.2', source: 'process 812' },
    signals,
    notes,
  };
}

const render = (signals: readonly ThresholdRow[], columns = 100, color = false) =>
  renderThresholds(report(signals), { columns, color });

describe('renderThresholds', () => {
  it('shows a table, its origins and its places', () => {
    const memory = row({ signal: 'memory.available', threshold: '100Mi', thresholdValue: GIB / 10, at: '/sys/fs/cgroup' });

    expect(
      render([memory, row({ secondsLeft: 5400 })]),
    ).toBe(`Eviction signals  node1  kubelet v1.36.2 (process 812)  2026-01-01 00:00:00 UTC

  signal                                    available       of  evicts below  headroom  time left
  memory.available  [|#########..........]     50 GiB  100 GiB  100Mi           40 GiB          –
  nodefs.available  [##|#######..........]     50 GiB  100 GiB  10% (10 GiB)    40 GiB      1h30m

Thresholds from
  default (v1.36.2): memory.available, nodefs.available

Measured at
  /sys/fs/cgroup: memory.available
  /var/lib/kubelet: nodefs.available
`);
  });

  it.each([
    ['unguarded', row(lost), 'unguarded'],
    ['not known', row({ ...lost, source: 'unknown: x' }), 'not known'],
    ['off', row({ threshold: '0%', thresholdValue: null, headroom: null }), '0% (off)'],
    ['soft', row({ kind: 'soft', graceSeconds: 90 }), '10% (10 GiB) for 1m30s'],
    ['inodes', row({ signal: 'nodefs.inodesFree', thresholdValue: 838860 }), '10% (838860)'],
    ['unmeasured', row({ observed: null, headroom: null }), '–'],
  ])('says %s', (_, one, text) => {
    expect(render([one])).toContain(text);
  });

  it('gives up the gauge on a narrow terminal, never a number', () => {
    const narrow = render([row({})], 80);

    expect(narrow).not.toContain('[#');
    expect(narrow).toContain('10% (10 GiB)');
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('marks what is met and what is near, and colours nothing without a terminal', () => {
    const met = row({ observed: 5 * GIB, headroom: -5 * GIB });

    expect(render([met], 100, true)).toContain('\x1b[31m');
    expect(render([row({ headroom: GIB })], 100, true)).toContain('\x1b[33m');
    expect(render([met])).not.toContain('\x1b');
  });

  it('lets no path drive the terminal', () => {
    const text = render([row({ at: '/data/\x1b[2J', source: '/etc/\x07x' })]);

    expect(text).not.toContain('\x1b');
    expect(text).not.toContain('\x07');
  });

  it('ends with what is wrong', () => {
    const text = renderThresholds(report([row(lost)], ['nobody guards nodefs.available']), { columns: 100, color: false });

    expect(text).toMatch(/Mind\n {2}nobody guards nodefs\.available\n$/);
  });
});
