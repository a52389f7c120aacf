import { describe, expect, it } from 'vitest';
import { GUARD_IDS } from '../../lib/model/guard-ids.ts';
import type { Snapshot, Tidings } from '../../lib/model/snapshot.ts';
import { openCounts } from '../../lib/reporters/counts.ts';
import { metricsReporter } from '../../lib/reporters/metrics.ts';
import { renderMetrics } from '../../lib/reporters/prometheus.ts';
import { checkState, problemState, step, tidings, transition } from '../fakes/tidings.ts';

/** The value of each series. */
function parse(text: string): Readonly<Record<string, number>> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const pairs = lines.map(
    (line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))] as const,
  );
  expect(new Set(pairs.map(([series]) => series)).size).toBe(pairs.length);
  return Object.fromEntries(pairs);
}

async function scrape(changes: Partial<Snapshot>, news: Partial<Tidings> = {}, rounds = 1) {
  const remedies = ['restart-runtime'];
  const counts = openCounts({ remedies, reasons: ['DockerHung', 'PlegStalled'], enabled: () => remedies });
  const reasons = { ContainerRuntimeUnhealthy: ['DockerHung'], PLEGUnhealthy: ['PlegStalled'] };
  const reporter = metricsReporter({ version: '1.2.3', counts, reasons });
  for (let round = 0; round < rounds; round++) await reporter.report(tidings(round, changes, news));
  return parse(reporter.text());
}

const NOTHING = () => openCounts({ remedies: [], reasons: [], enabled: () => [] });
const held = problemState({ next: { remedy: 'restart-runtime', disruption: 'local', blockedBy: ['paused', 'not-persistent'] } });

describe('metrics', () => {
  it('has the names that dashboards and alerts rely on', async () => {
    const signal = {
      signal: 'nodefs.available',
      kind: 'hard',
      threshold: '10%',
      thresholdValue: 1000,
      source: 'default',
      observed: 3000,
      capacity: 10_000,
      headroom: 2000,
      secondsLeft: 90,
    } as const;
    const news = { steps: [step('succeeded', { outcome: 'succeeded' })], transitions: [transition('active')] };

    expect(await scrape({ problems: [held], signals: [signal], health: 'Critical' }, news)).toMatchObject({
      'nodemend_build_info{version="1.2.3"}': 1,
      'nodemend_check_duration_seconds{check="container-runtime"}': 0.003,
      'nodemend_check_status{check="container-runtime",status="pass"}': 1,
      'nodemend_check_status{check="container-runtime",status="fail"}': 0,
      'nodemend_problem{type="ContainerRuntimeUnhealthy",reason="DockerHung",severity="critical"}': 1,
      'nodemend_signal_observed{signal="nodefs.available",kind="hard"}': 3000,
      'nodemend_signal_threshold{signal="nodefs.available",kind="hard"}': 1000,
      'nodemend_signal_headroom_ratio{signal="nodefs.available",kind="hard"}': 0.2,
      'nodemend_signal_seconds_left{signal="nodefs.available",kind="hard"}': 90,
      'nodemend_remedies_total{remedy="restart-runtime",outcome="succeeded"}': 1,
      'nodemend_remedies_total{remedy="restart-runtime",outcome="failed"}': 0,
      'nodemend_remedies_blocked_total{remedy="restart-runtime",guard="paused"}': 1,
      'nodemend_report_writes_total{result="written"}': 0,
      nodemend_log_dropped_total: 0,
      process_resident_memory_bytes: 50_000_000,
      process_cpu_seconds_total: 1.5,
      process_start_time_seconds: 1_767_225_600,
      'problem_counter{reason="DockerHung"}': 1,
      'problem_counter{reason="PlegStalled"}': 0,
      'problem_gauge{reason="DockerHung",type="ContainerRuntimeUnhealthy"}': 1,
      'problem_gauge{reason="PlegStalled",type="PLEGUnhealthy"}': 0,
      'nodemend_health{health="Critical"}': 1,
    });
  });

  it('leaves node_exporter its own names in the file that it collects', async () => {
    const reporter = metricsReporter({ version: '1.2.3', counts: NOTHING(), reasons: {} });
    await reporter.report(tidings(0));
    const [scraped, file] = [parse(reporter.text()), parse(reporter.fileText())];
    const standard = Object.keys(scraped).filter((name) => !Object.hasOwn(file, name));

    expect(standard.toSorted()).toEqual([
      'process_cpu_seconds_total',
      'process_open_fds',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
    ]);
    for (const name of standard) expect(file[`nodemend_${name}`]).toBe(scraped[name]);
    expect(Object.keys(file).filter((name) => !/^(nodemend|problem)_/.test(name))).toEqual([]);
  });

  it('has one series for two subjects of one problem, and none for a suspicion', async () => {
    const of = (state: Partial<Snapshot>) =>
      scrape(state).then((series) => Object.keys(series).filter((name) => name.startsWith('nodemend_problem{')));

    expect(await of({ problems: [problemState({ subject: 'a' }), problemState({ subject: 'b' })] })).toHaveLength(1);
    expect(await of({ problems: [problemState({ state: 'suspected' })] })).toEqual([]);
  });

  it('has every guard that a remedy may meet at 0 before the first one holds it, and for those alone that are switched on', async () => {
    const remedies = ['restart-runtime', 'restart-kubelet', 'reboot'];
    let enabled = ['restart-runtime'];
    const counts = openCounts({ remedies, reasons: [], enabled: () => enabled });
    const reporter = metricsReporter({ version: '1', counts, reasons: {} });
    const blocked = () =>
      Object.entries(parse(reporter.text())).filter(([series]) => series.startsWith('nodemend_remedies_blocked_total'));
    const series = (remedy: string, guard: string) => `nodemend_remedies_blocked_total{remedy="${remedy}",guard="${guard}"}`;
    const before = Object.fromEntries(blocked());
    await reporter.report(tidings(0, { problems: [held] }));
    const after = Object.fromEntries(blocked());

    expect(before[series('restart-runtime', 'fleet-breaker')]).toBe(0);
    expect(before[series('restart-runtime', 'paused')]).toBe(0);
    expect(after[series('restart-runtime', 'paused')]).toBe(1);
    // Nothing came into being with the first event: increase() sees it.
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(before).not.toHaveProperty(series('restart-runtime', 'inhibited'));
    expect(Object.keys(before).filter((name) => name.includes('reboot'))).toEqual([]);

    enabled = remedies;
    expect(Object.fromEntries(blocked())).toMatchObject({
      [series('reboot', 'inhibited')]: 0,
      [series('restart-kubelet', 'api-server')]: 0,
      [series('restart-runtime', 'paused')]: 1,
    });
    expect(blocked().length).toBeLessThan(GUARD_IDS.length * remedies.length);
  });

  it('counts a guard once for each time it begins to hold', async () => {
    expect(
      (await scrape({ problems: [held] }, {}, 5))['nodemend_remedies_blocked_total{remedy="restart-runtime",guard="paused"}'],
    ).toBe(1);
  });

  it('says given up', async () => {
    const series = await scrape({ problems: [problemState({ exhausted: true })] });

    expect(series['nodemend_problem_given_up{type="ContainerRuntimeUnhealthy",reason="DockerHung"}']).toBe(1);
  });

  it('does not count a problem again that had only been clearing', async () => {
    const news = { transitions: [transition('active', 'suspected'), transition('active', 'clearing')] };

    expect((await scrape({}, news))['problem_counter{reason="DockerHung"}']).toBe(1);
  });

  it('stays small whatever the node comes up with', async () => {
    const problems = Array.from({ length: 5000 }, (_, index) => problemState({ type: `T${index}`, reason: 'R'.repeat(5000) }));
    const checks = Array.from({ length: 1000 }, (_, index) => checkState({ name: `c${index}` }));

    expect(Object.keys(await scrape({ problems, checks })).length).toBeLessThan(3000);
  });

  it('answers before the first telling', () => {
    const reporter = metricsReporter({
      version: '1',
      counts: openCounts({ remedies: [], reasons: ['DockerHung'], enabled: () => [] }),
      reasons: {},
    });

    expect(reporter.text()).toContain('nodemend_build_info{version="1"} 1');
    expect(reporter.text()).toContain('nodemend_report_writes_total{result="written"} 0');
    expect(reporter.text()).toContain('problem_counter{reason="DockerHung"} 0');
  });
});

describe('renderMetrics', () => {
  it.each([
    ['quotes and backslashes', 'a"b\\c', 'a\\"b\\\\c'],
    ['line breaks', 'a\nb 1', 'a b 1'],
    ['escapes of a terminal', '\x1b[31m', '\\\\x1b[31m'],
  ])('keeps %s from forging a series', (_, value, escaped) => {
    const text = renderMetrics([{ name: 'm', help: 'a\nb', type: 'gauge', samples: [{ labels: { x: value }, value: 1 }] }]);

    expect(text).toBe(`# HELP m a\\nb\n# TYPE m gauge\nm{x="${escaped}"} 1\n`);
  });

  it.each([
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
  ])('writes %d as %s', (value, text) => {
    expect(renderMetrics([{ name: 'm', help: 'h', type: 'gauge', samples: [{ value }] }])).toContain(`\nm ${text}\n`);
  });

  it('has what the log monitors counted, and every reason once', async () => {
    const reporter = metricsReporter({
      version: '1',
      counts: openCounts({ remedies: [], reasons: ['DockerHung'], enabled: () => [] }),
      reasons: { KernelDeadlock: ['DockerHung'] },
      figures: () => ({
        counters: new Map([
          ['DockerHung', 3],
          ['OOMKilling', 2],
        ]),
        gauges: [
          { type: 'KernelDeadlock', reason: 'DockerHung', value: 1 },
          { type: 'OwnType', reason: 'OwnReason', value: 1 },
        ],
      }),
    });
    await reporter.report(tidings(0, { problems: [] }, {}));

    expect(parse(reporter.text())).toMatchObject({
      'problem_counter{reason="DockerHung"}': 3,
      'problem_counter{reason="OOMKilling"}': 2,
      'problem_gauge{reason="DockerHung",type="KernelDeadlock"}': 0,
      'problem_gauge{reason="OwnReason",type="OwnType"}': 1,
    });
  });
});
