import { describe, expect, it } from 'vitest';
import { plegHealth } from '../../lib/checks/pleg-health.ts';
import type { KubeletJournal, KubeletJournalRead } from '../../lib/sources/kubelet/kubelet-journal.ts';
import type { KubeletMetrics } from '../../lib/sources/kubelet/kubelet-metrics.ts';
import type { KubeletPleg } from '../../lib/sources/kubelet/kubelet-pleg.ts';
import type { RunningKubelet } from '../../lib/sources/kubelet/kubelet-process.ts';
import type { PlegMetrics } from '../../lib/sources/kubelet/pleg-metrics.ts';
import type { PlegReady } from '../../lib/sources/kubelet/pleg-ready.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const URL = 'https://127.0.0.1:10250/metrics';
const KUBELET: RunningKubelet = {
  kind: 'running',
  pid: 812,
  argv: [],
  startedAt: NOW - 3_600_000,
  startTicks: 1,
  unit: 'kubelet.service',
  layout: 'systemd',
  ownsPort: true,
  state: 'S',
};
const DENIED: KubeletMetrics = { kind: 'denied', why: `${URL} answered 403` };
const SILENT: KubeletJournalRead = { kind: 'read', unit: 'kubelet.service', heard: 300, failures: [], from: NOW - 1_800_000 };

const settings = Object.fromEntries(
  Object.entries(plegHealth.settings).map(([name, { default: value }]) => [name, value]),
) as Record<keyof typeof plegHealth.settings, number>;

function judge(pleg: KubeletPleg) {
  const [finding, ...others] = plegHealth.evaluate({ pleg }, { now: NOW, settings });
  expect(others).toEqual([]);
  return finding;
}

const measured = (pleg: Partial<PlegMetrics>, startedAt = KUBELET.startedAt) =>
  judge({
    kind: 'running',
    kubelet: { ...KUBELET, startedAt },
    answers: true,
    metrics: { kind: 'measured', url: URL, pleg: { relists: 4000, relistP99: 100, evented: false, ...pleg } },
  });

const heard = (journal: KubeletJournal, details: { answers?: boolean; startedAt?: number; metrics?: KubeletMetrics } = {}) =>
  judge({
    kind: 'running',
    kubelet: { ...KUBELET, startedAt: details.startedAt ?? KUBELET.startedAt },
    answers: details.answers ?? true,
    metrics: details.metrics ?? DENIED,
    journal,
  });

describe('pleg-health', () => {
  it('does not apply to a host without kubelet', () => {
    expect(judge({ kind: 'absent', why: 'no kubelet on this host' })).toEqual({
      verdict: 'skip',
      message: 'no kubelet on this host',
    });
  });

  it.each([
    [0, 100, 'pass', undefined],
    [19_000, 100, 'pass', undefined],
    [20_000, 100, 'fail', 'suspected'],
    [44_000, 100, 'fail', 'suspected'],
    [45_000, 100, 'fail', 'active'],
    [175_000, 100, 'fail', 'active'],
    // Relists that take 6 s: 5 × 6 s before anything is suspected, 45 s still before it is active.
    [29_000, 6000, 'pass', undefined],
    [31_000, 6000, 'fail', 'suspected'],
    [44_000, 6000, 'fail', 'suspected'],
    [46_000, 6000, 'fail', 'active'],
    // Relists that take 60 s: the kubelet itself calls it unhealthy at 3 minutes.
    [4000, 60_000, 'pass', undefined],
    [179_000, 60_000, 'warn', 'active'],
    [181_000, 60_000, 'fail', 'active'],
  ])('judges an age of %d ms with relists of %d ms: %s %s', (age, relistP99, verdict, state) => {
    const finding = measured({ lastSeen: NOW - age, relistP99 });

    expect(finding).toMatchObject(state === undefined ? { verdict } : { verdict, state });
  });

  it('tells the stall in numbers, its beginning, and what to type', () => {
    expect(measured({ lastSeen: NOW - 61_000 })).toMatchObject({
      type: 'PLEGUnhealthy',
      reason: 'PlegStalled',
      severity: 'critical',
      message: 'the last relist was 1m1s ago, against a limit of 45s, 99 % of its relists within 100ms',
      since: NOW - 61_000,
      measure: { observed: 61_000, limit: 45_000, unit: 'ms' },
      evidence: [{ from: URL, excerpt: `kubelet_pleg_last_seen_seconds ${NOW / 1000 - 61}` }],
      advice: expect.arrayContaining([expect.objectContaining({ command: 'systemctl restart kubelet.service' })]),
    });
  });

  it('calls relists slow only while one is late now', () => {
    expect(measured({ lastSeen: NOW - 8000, relistP99: 12_000 })).toMatchObject({ reason: 'PlegSlow', severity: 'warning' });
    expect(measured({ lastSeen: NOW - 2000, relistP99: 12_000 })).toMatchObject({ verdict: 'pass' });
  });

  it.each([
    [10_000, 'unknown', undefined],
    [70_000, 'fail', 'suspected'],
    [200_000, 'fail', 'active'],
  ])('waits for the first relist of a kubelet that started %d ms ago: %s', (age, verdict, state) => {
    const { lastSeen: _, ...before } = { lastSeen: 0, relists: 0 };

    expect(measured(before, NOW - age)).toMatchObject(state === undefined ? { verdict } : { verdict, state });
  });

  it.each([
    ['back', NOW + 3_600_000],
    ['forward', KUBELET.startedAt - 60_000],
  ])('judges nothing when the clock was set %s', (direction, lastSeen) => {
    expect(measured({ lastSeen })).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining(`the clock was set ${direction}`),
    });
  });

  it('has no age rule under Evented PLEG', () => {
    const metrics: KubeletMetrics = { kind: 'measured', url: URL, pleg: { relists: 9, lastSeen: NOW - 290_000, evented: true } };

    expect(heard(SILENT, { metrics })).toMatchObject({ verdict: 'pass', message: expect.stringContaining('Evented PLEG') });
  });

  it('says how little a silent journal proves, and what would prove more', () => {
    expect(heard(SILENT)).toEqual({
      verdict: 'pass',
      message: `the kubelet's journal has no PLEG complaint for 30m (it complains after 3m); the exact age needs the right nodes/metrics (${URL} answered 403): nodemend rbac prints it`,
    });
  });

  it("believes the kubelet's complaint", () => {
    const line = 'PLEG is not healthy: pleg was last seen active 3m5s ago; threshold is 3m0s';

    expect(heard({ ...SILENT, pleg: { at: NOW - 4000, line, age: 185_000 } })).toMatchObject({
      verdict: 'fail',
      reason: 'PlegStalled',
      state: 'active',
      since: NOW - 189_000,
      message: 'the last relist was 3m9s ago, by the journal of kubelet.service',
      evidence: [{ from: 'journal of kubelet.service', excerpt: line }],
    });
  });

  it('takes a complaint that was not repeated for one that is over', () => {
    const finding = heard({ ...SILENT, pleg: { at: NOW - 600_000, line: 'PLEG is not healthy', age: 185_000 } });

    expect(finding).toMatchObject({ verdict: 'pass', message: expect.stringContaining('for 10m ') });
  });

  it('waits for a kubelet that has just begun, and does not wait for ever', () => {
    const journal = { ...SILENT, pleg: { at: NOW - 1000, line: 'PLEG is not healthy: pleg has yet to be successful' } };

    expect(heard(journal, { startedAt: NOW - 20_000 })).toMatchObject({ verdict: 'unknown' });
    expect(heard(journal, { startedAt: NOW - 300_000 })).toMatchObject({ verdict: 'fail', since: NOW - 300_000 });
  });

  it.each<[string, KubeletJournal, { answers?: boolean; startedAt?: number; metrics?: KubeletMetrics }, string]>([
    ['a frozen kubelet', SILENT, { answers: false }, 'the kubelet gives no answer, so its silence says nothing'],
    ['a log kept elsewhere', { ...SILENT, heard: 0 }, {}, "has no line of the kubelet's process"],
    ['a young kubelet', SILENT, { startedAt: NOW - 100_000 }, 'started 1m40s ago and complains after 3m at the earliest'],
    ['a journal that turns over', { ...SILENT, from: NOW - 3000 }, {}, 'is too busy to look back further than 3s'],
    [
      'a dead journald',
      { kind: 'unavailable', why: 'journalctl gave no answer within 2.5s' },
      {},
      'journalctl gave no answer within 2.5s',
    ],
    [
      'a kubelet whose metrics do not come',
      { ...SILENT, heard: 0 },
      { metrics: { kind: 'unavailable', why: `${URL} is longer than 8 MiB` } },
      'is longer than 8 MiB',
    ],
  ])('never passes by the silence of %s', (_, journal, details, message) => {
    expect(heard(journal, details)).toMatchObject({ verdict: 'unknown', message: expect.stringContaining(message) });
  });

  const reported = (ready: PlegReady, details: { answers?: boolean; startedAt?: number } = {}) =>
    judge({
      kind: 'running',
      kubelet: { ...KUBELET, startedAt: details.startedAt ?? KUBELET.startedAt, layout: 'container' },
      answers: details.answers ?? true,
      metrics: DENIED,
      journal: { kind: 'unavailable', why: 'the kubelet runs in a container and logs there' },
      ready,
    });
  const READY: PlegReady = { status: 'True', message: 'kubelet is posting ready status', heartbeatAt: NOW - 120_000 };
  const NOT_READY: PlegReady = {
    status: 'False',
    message: '[container runtime is down, PLEG is not healthy: pleg was last seen active 4m0s ago; threshold is 3m0s]',
    heartbeatAt: NOW - 5000,
  };

  it('passes by what the kubelet reports of its node, when it can be heard nowhere else', () => {
    expect(reported(READY)).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining('reported its node as Ready 2m ago'),
    });
  });

  it('believes the complaint in the Ready condition', () => {
    expect(reported(NOT_READY)).toMatchObject({
      reason: 'PlegStalled',
      message: "the last relist was 4m5s ago, by the node's Ready condition",
      evidence: [{ from: "the node's Ready condition", excerpt: NOT_READY.message }],
    });
  });

  it.each<[string, PlegReady, { answers?: boolean }]>([
    ['is old', { ...READY, heartbeatAt: NOW - 400_000 }, {}],
    ['is of a kubelet that gives no answer now', READY, { answers: false }],
    ['is not Ready for another cause', { ...NOT_READY, message: 'container runtime network not ready' }, {}],
    ['was a complaint a while ago', { ...NOT_READY, heartbeatAt: NOW - 90_000 }, {}],
  ])('cannot tell by a report that %s', (_, ready, details) => {
    expect(reported(ready, details)).toMatchObject({ verdict: 'unknown' });
  });

  it('says by name what a restart of k3s would take with it', () => {
    const finding = judge({
      kind: 'running',
      kubelet: { ...KUBELET, unit: 'k3s.service', layout: 'k3s' },
      answers: true,
      metrics: { kind: 'measured', url: URL, pleg: { relists: 1, lastSeen: NOW - 60_000, evented: false } },
    });

    expect(finding).toMatchObject({
      advice: [{ text: expect.stringContaining('part of k3s: what restarts k3s.service') }, {}, {}, {}, {}],
    });
  });
});
