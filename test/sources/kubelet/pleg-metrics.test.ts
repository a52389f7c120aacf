import { describe, expect, it } from 'vitest';
import { parsePlegMetrics } from '../../../lib/sources/kubelet/pleg-metrics.ts';
import { plegMetricsText } from '../../fakes/pleg.ts';

/** As kubelet v1.20.2 serves it. */
const REAL = `# HELP kubelet_pleg_last_seen_seconds [ALPHA] Timestamp in seconds when PLEG was last seen active.
# TYPE kubelet_pleg_last_seen_seconds gauge
kubelet_pleg_last_seen_seconds 1.79525788e+09
# TYPE kubelet_pleg_relist_duration_seconds histogram
kubelet_pleg_relist_duration_seconds_bucket{le="0.005"} 74
kubelet_pleg_relist_duration_seconds_bucket{le="0.01"} 85
kubelet_pleg_relist_duration_seconds_bucket{le="0.025"} 87
kubelet_pleg_relist_duration_seconds_bucket{le="0.05"} 89
kubelet_pleg_relist_duration_seconds_bucket{le="0.1"} 89
kubelet_pleg_relist_duration_seconds_bucket{le="0.25"} 89
kubelet_pleg_relist_duration_seconds_bucket{le="0.5"} 90
kubelet_pleg_relist_duration_seconds_bucket{le="10"} 90
kubelet_pleg_relist_duration_seconds_bucket{le="+Inf"} 90
kubelet_pleg_relist_duration_seconds_sum 0.7409867149999997
kubelet_pleg_relist_duration_seconds_count 90
kubelet_pleg_relist_interval_seconds_count 89
`;

describe('parsePlegMetrics', () => {
  it('reads a kubelet v1.20.2', () => {
    const metrics = parsePlegMetrics(REAL);

    // Of 90 relists the slowest one is the 99th percentile: it would say nothing of the others.
    expect(metrics).toEqual({ lastSeen: 1_795_257_880_000, relists: 90, evented: false });
  });

  it('tells the 99th percentile of enough relists', () => {
    const twice = REAL.replaceAll(
      /(_bucket.*|_count) (\d+)$/gm,
      (_, name: string, count: string) => `${name} ${2 * Number(count)}`,
    );

    // The 178.2th of 180 lies at the start of the bucket from 250 to 500 ms.
    expect(parsePlegMetrics(twice)?.relistP99).toBeCloseTo(275, 0);
  });

  it.each([
    ['absent', plegMetricsText({ relists: [] })],
    ['zero', plegMetricsText({ lastSeen: 0, relists: [] })],
  ])('has no last relist when the stamp is %s', (_, text) => {
    expect(parsePlegMetrics(text)).toEqual({ relists: 0, evented: false });
  });

  it('takes the mean of the tail for relists beyond the last bucket', () => {
    const relists = [...Array.from({ length: 90 }, () => 0.004), ...Array.from({ length: 10 }, () => 60)];

    expect(parsePlegMetrics(plegMetricsText({ lastSeen: 1e9, relists }))?.relistP99).toBeCloseTo(60_000, -2);
  });

  it.each([
    ['1', true],
    ['0', false],
  ])('knows Evented PLEG by its feature gate %s', (value, evented) => {
    const gate = `kubernetes_feature_enabled{name="EventedPLEG",stage="ALPHA"} ${value}\n`;

    expect(parsePlegMetrics(REAL + gate)?.evented).toBe(evented);
  });

  it.each([
    '',
    'go_goroutines 12\n',
    '<html>login</html>',
    'kubelet_pleg_last_seen_seconds{x="',
    `# ${'x'.repeat(100_000)}`,
  ])('gives nothing for what is no kubelet: %.40j', (text) => {
    expect(parsePlegMetrics(text)).toBeUndefined();
  });

  it('makes no number of a stamp that is none', () => {
    expect(parsePlegMetrics('kubelet_pleg_last_seen_seconds NaN\n')).toEqual({ relists: 0, evented: false });
  });
});
