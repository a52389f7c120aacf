import { describe, expect, it } from 'vitest';
import { kubeletHealth } from '../../lib/checks/kubelet-health.ts';
import type { HttpAnswer } from '../../lib/host/host.ts';
import type { KubeletHealth } from '../../lib/sources/kubelet/kubelet-healthz.ts';
import type { KubeletJournal, KubeletJournalRead } from '../../lib/sources/kubelet/kubelet-journal.ts';
import type { KubeletProcess, RunningKubelet } from '../../lib/sources/kubelet/kubelet-process.ts';
import type { KubeletRuns } from '../../lib/sources/kubelet/kubelet-runs.ts';
import type { KubeletUnit, KubeletUnitState } from '../../lib/sources/kubelet/kubelet-unit.ts';
import { text } from '../fakes/node.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const HEALTHZ = 'http://127.0.0.1:10248/healthz';
const API = 'https://127.0.0.1:10250/healthz';
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
const ABSENT: KubeletProcess = {
  kind: 'absent',
  installed: true,
  unit: 'kubelet.service',
  why: 'kubelet.service is inactive (dead)',
};
const UNIT: KubeletUnitState = {
  kind: 'unit',
  unit: 'kubelet.service',
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  mainPid: 812,
  restarts: 0,
  activeSince: NOW - 3_600_000,
  mainStartedAt: NOW - 3_600_000,
  changedAt: NOW - 60_000,
  needDaemonReload: false,
  fragmentPath: '/lib/systemd/system/kubelet.service',
  dropInPaths: [],
};
const QUIET: KubeletJournalRead = { kind: 'read', unit: 'kubelet.service', heard: 10, failures: [] };
const FATAL = 'F0101 00:59:50.075233    2298 server.go:156] unknown flag: --network-plugin';
const LATE: HttpAnswer = { kind: 'timed-out', after: 5000, connected: true };

const asked = (healthz: HttpAnswer, api: HttpAnswer, progress?: number): KubeletHealth => ({
  kind: 'asked',
  probes: [
    { url: HEALTHZ, answer: healthz },
    { url: API, answer: api },
  ],
  ...(progress === undefined ? {} : { progress }),
});
const GOOD = asked(text('ok'), text('Unauthorized', 401));
const NOT_ASKED: KubeletHealth = { kind: 'not-asked', why: 'the kubelet owns no listening port' };

const settings = { crashes: 3, startWithin: 60_000 };

function judge(kubelet: KubeletProcess, health: KubeletHealth, runs: KubeletRuns = { kind: 'settled' }) {
  const [finding, ...others] = kubeletHealth.evaluate({ kubelet, health, runs }, { now: NOW, settings });
  expect(others).toEqual([]);
  return finding;
}

const history = (unit: KubeletUnit, journal: KubeletJournal = QUIET): KubeletRuns => ({ kind: 'asked', unit, journal });
const absent = (unit: Partial<KubeletUnitState>, journal?: KubeletJournal) =>
  judge(ABSENT, { kind: 'not-asked', why: ABSENT.why }, history({ ...UNIT, mainPid: 0, ...unit }, journal));

describe('kubelet-health', () => {
  it('does not apply to a host without kubelet', () => {
    const none: KubeletProcess = { kind: 'absent', installed: false, why: 'no kubelet on this host' };

    expect(judge(none, { kind: 'not-asked', why: none.why })).toEqual({ verdict: 'skip', message: 'no kubelet on this host' });
  });

  it.each<[string, KubeletHealth]>([
    ['200 and 401', GOOD],
    ['200 and 403', asked(text('ok'), text('Forbidden', 403))],
    ['on :10248 alone, while :10250 waits for the API server', asked(text('ok'), LATE, 0)],
    ['on :10250 alone', asked({ kind: 'refused' }, text('ok'))],
  ])('passes a kubelet that answers %s', (_, health) => {
    expect(judge(KUBELET, health)).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining('the kubelet (kubelet.service, pid 812) answers: '),
    });
  });

  it.each<[string, RunningKubelet, KubeletHealth, string, string]>([
    ['is stopped by a signal', { ...KUBELET, state: 'T' }, asked(LATE, LATE, 0), 'active', 'is stopped (state T'],
    [
      'gives no answer',
      KUBELET,
      asked(LATE, LATE, 0),
      'active',
      'gives no answer: http://127.0.0.1:10248/healthz: connected, no answer within 5s',
    ],
    [
      'has a full backlog',
      KUBELET,
      asked({ kind: 'backlog-full' }, { kind: 'backlog-full' }),
      'active',
      'accepts no connection, its queue is full',
    ],
    ['gives no answer though it works', KUBELET, asked(LATE, LATE, 200), 'suspected', 'though it used 2s of CPU meanwhile'],
    [
      'gives no answer at its start',
      { ...KUBELET, startedAt: NOW - 30_000 },
      asked(LATE, LATE, 0),
      'suspected',
      'gives no answer',
    ],
    [
      'says so itself',
      KUBELET,
      asked(text('ok'), text('[+]ping ok\n[-]syncloop failed: reason withheld\nhealthz check failed', 500)),
      'active',
      'says it is not healthy: http://127.0.0.1:10248/healthz answered 200, https://127.0.0.1:10250/healthz answered 500 (syncloop)',
    ],
    [
      'does not listen',
      { ...KUBELET, ownsPort: false, startedAt: NOW - 90_000 },
      NOT_ASKED,
      'suspected',
      'runs for 1m30s and does not listen on its port',
    ],
    ['has not listened for long', { ...KUBELET, ownsPort: false }, NOT_ASKED, 'active', 'runs for 1h and does not listen'],
  ])('calls a kubelet hung that %s', (_, kubelet, health, state, message) => {
    expect(judge(kubelet, health, history(UNIT))).toMatchObject({
      verdict: 'fail',
      type: 'KubeletUnhealthy',
      reason: 'KubeletHung',
      state,
      message: expect.stringContaining(message),
      advice: expect.arrayContaining([
        expect.objectContaining({
          command: 'systemctl kill -s KILL --kill-who=main kubelet.service; systemctl restart kubelet.service',
        }),
      ]),
    });
  });

  it.each<[string, RunningKubelet, KubeletHealth, string]>([
    [
      'has just started',
      { ...KUBELET, ownsPort: false, startedAt: NOW - 12_000 },
      NOT_ASKED,
      'runs for 12s and does not listen on its port yet',
    ],
    [
      'belongs to root, seen by another',
      { ...KUBELET, ownsPort: false, unproven: 'run as root' },
      NOT_ASKED,
      'runs; run as root',
    ],
    ['ended while we asked', KUBELET, asked({ kind: 'refused' }, { kind: 'refused' }), 'could not be asked'],
  ])('cannot tell of a kubelet that %s', (_, kubelet, health, message) => {
    expect(judge(kubelet, health, history(UNIT))).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, Partial<KubeletUnitState>, string, string, string]>([
    [
      'stopped cleanly',
      { activeState: 'inactive', subState: 'dead' },
      'KubeletStopped',
      'active',
      'kubelet.service was stopped cleanly and does not run for 1m',
    ],
    ['disabled', { activeState: 'inactive', unitFileState: 'disabled' }, 'KubeletStopped', 'active', 'is disabled'],
    [
      'masked',
      { activeState: 'inactive', loadState: 'masked', unitFileState: 'masked' },
      'KubeletStopped',
      'active',
      'is masked',
    ],
    [
      'killed and about to be restarted',
      { activeState: 'activating', subState: 'auto-restart', result: 'signal', mainCode: 2, restartDelay: 10_000 },
      'KubeletDown',
      'suspected',
      'ended (signal) and systemd restarts it after 10s',
    ],
    [
      'being started',
      { activeState: 'activating', subState: 'start-pre' },
      'KubeletDown',
      'suspected',
      'is being started (start-pre)',
    ],
    [
      'failed for good',
      { activeState: 'failed', result: 'exit-code', mainStatus: 1 },
      'KubeletDown',
      'active',
      'failed (exit-code, status 1) and systemd does not restart it',
    ],
    [
      'killed for good',
      { activeState: 'failed', result: 'signal', mainStatus: 9 },
      'KubeletDown',
      'active',
      'was killed by signal 9 and systemd does not restart it',
    ],
    [
      'given up',
      { activeState: 'failed', result: 'start-limit-hit', restarts: 5 },
      'KubeletStartLimitHit',
      'active',
      'failed too often',
    ],
    [
      'given up by systemd 219',
      { activeState: 'failed', result: 'start-limit' },
      'KubeletStartLimitHit',
      'active',
      'failed too often',
    ],
    ['active without a process', {}, 'KubeletDown', 'suspected', 'is active (running) and no kubelet process runs'],
  ])('names a kubelet that is %s', (_, unit, reason, state, message) => {
    expect(absent(unit)).toMatchObject({ type: 'KubeletUnhealthy', reason, state, message: expect.stringContaining(message) });
  });

  it('takes one that was never started since boot for down, not for stopped', () => {
    const { activeSince: _, mainStartedAt: __, ...never } = UNIT;
    const runs = history({ ...never, mainPid: 0, activeState: 'inactive' });

    expect(judge(ABSENT, NOT_ASKED, runs)).toMatchObject({
      reason: 'KubeletDown',
      message: 'kubelet.service is enabled and was not started since boot',
    });
  });

  it('makes a notice of what a person did', () => {
    expect(absent({ activeState: 'inactive' })).toMatchObject({ severity: 'notice', verdict: 'warn' });
  });

  it.each<[string, KubeletUnit]>([
    ['systemd is silent', { kind: 'unknown', why: 'systemctl gave no answer within 2s' }],
    ['there is no unit', { kind: 'none', why: 'no systemctl on this host' }],
  ])('suspects a missing kubelet when %s', (_, unit) => {
    expect(judge(ABSENT, NOT_ASKED, history(unit))).toMatchObject({
      reason: 'KubeletDown',
      state: 'suspected',
      message: ABSENT.why,
    });
  });

  it.each([
    'k3s.service',
    'rke2-server.service',
    'k0scontroller.service',
  ])('leaves %s alone, which may run without a kubelet', (unit) => {
    expect(absent({ unit })).toMatchObject({ verdict: 'skip' });
  });

  it('cannot tell of a unit that is just stopping', () => {
    expect(absent({ activeState: 'deactivating', subState: 'stop-sigterm' })).toMatchObject({ verdict: 'unknown' });
  });
});

describe('kubelet-health on a crash loop', () => {
  const waiting: Partial<KubeletUnitState> = {
    activeState: 'activating',
    subState: 'auto-restart',
    result: 'exit-code',
    mainCode: 1,
    mainStatus: 255,
  };
  const failed = (...ago: number[]): KubeletJournalRead => ({
    ...QUIET,
    failures: ago.map((seconds) => NOW - seconds * 1000),
    fatal: { at: NOW - 10_000, line: FATAL },
  });

  it.each([
    [1, 0, 'KubeletDown', 'suspected'],
    [2, 1, 'KubeletCrashLooping', 'suspected'],
    [3, 2, 'KubeletCrashLooping', 'active'],
    [9, 8, 'KubeletCrashLooping', 'active'],
    // Failures before a person's last start do not count: systemd's counter starts afresh.
    [9, 0, 'KubeletDown', 'suspected'],
  ])('after %d failures, %d of them restarted: %s %s', (failures, restarts, reason, state) => {
    const journal = failed(...Array.from({ length: failures }, (_, index) => (failures - index) * 12));

    expect(absent({ ...waiting, restarts }, journal)).toMatchObject({ reason, state });
  });

  it('gives its last words and never a restart', () => {
    const finding = absent({ ...waiting, restarts: 4 }, failed(50, 40, 30, 20, 10));

    expect(finding).toMatchObject({
      reason: 'KubeletCrashLooping',
      message: `the kubelet (kubelet.service) failed 5 times within a few minutes; its last words: ${FATAL}`,
      evidence: [{ excerpt: FATAL }, { excerpt: 'activating (auto-restart), result exit-code' }],
    });
    expect(kubeletHealth.problems[0]?.reasons).toMatchObject({ KubeletCrashLooping: { ladder: [] } });
  });

  it('does not quote the last words of long ago', () => {
    const journal = { ...failed(30, 20, 10), fatal: { at: NOW - 86_400_000, line: FATAL } };

    expect(absent({ ...waiting, restarts: 2, mainStartedAt: NOW - 20_000 }, journal)).not.toHaveProperty(
      'message',
      expect.stringContaining(FATAL),
    );
  });

  it('sees the loop while a run happens to be alive, and its end when one lasts', () => {
    const journal = failed(60, 50, 40);
    const young = (startedAt: number) => judge({ ...KUBELET, startedAt }, GOOD, history({ ...UNIT, restarts: 3 }, journal));

    expect(young(NOW - 5000)).toMatchObject({ reason: 'KubeletCrashLooping' });
    expect(young(NOW - 61_000)).toMatchObject({ verdict: 'pass' });
  });

  it('is over when the kubelet has run for some minutes, however far the failures lay apart', () => {
    const young = (startedAt: number) =>
      judge({ ...KUBELET, startedAt }, GOOD, history({ ...UNIT, restarts: 4 }, failed(590, 400, 210)));

    expect(young(NOW - 170_000)).toMatchObject({ reason: 'KubeletCrashLooping' });
    expect(young(NOW - 181_000)).toMatchObject({ verdict: 'pass' });
  });

  it('is over at once when a person has started it anew', () => {
    expect(
      judge({ ...KUBELET, startedAt: NOW - 5000 }, GOOD, history({ ...UNIT, restarts: 0 }, failed(60, 50, 40))),
    ).toMatchObject({ verdict: 'pass' });
  });

  it.each<[string, Partial<KubeletUnitState>, string]>([
    [
      'short runs that ended by themselves',
      { restarts: 4, mainStartedAt: NOW - 15_000, mainEndedAt: NOW - 14_000 },
      'KubeletCrashLooping',
    ],
    ['a run of hours before', { restarts: 4, mainStartedAt: NOW - 9_000_000, mainEndedAt: NOW - 4000 }, 'KubeletDown'],
    ['a signal from outside', { restarts: 4, mainCode: 2, mainStartedAt: NOW - 15_000, mainEndedAt: NOW - 4000 }, 'KubeletDown'],
  ])('goes by systemd alone without a journal: %s', (_, unit, reason) => {
    expect(absent({ ...waiting, ...unit }, { kind: 'unavailable', why: 'no journalctl on this host' })).toMatchObject({ reason });
  });

  it('goes by the journal alone with a systemd that does not count', () => {
    const { restarts: _, ...old } = UNIT;

    expect(judge(ABSENT, NOT_ASKED, history({ ...old, ...waiting }, failed(30, 20, 10)))).toMatchObject({
      reason: 'KubeletCrashLooping',
    });
  });

  it('leaves a unit that a person stopped, or systemd gave up, to its own name', () => {
    expect(absent({ activeState: 'inactive', restarts: 5 }, failed(30, 20, 10))).toMatchObject({ reason: 'KubeletStopped' });
    expect(absent({ activeState: 'failed', result: 'start-limit-hit', restarts: 5 }, failed(30, 20, 10))).toMatchObject({
      reason: 'KubeletStartLimitHit',
    });
  });
});

describe('kubelet-health on other layouts', () => {
  it('says by name that a restart takes all of k3s', () => {
    const k3s: RunningKubelet = { ...KUBELET, unit: 'k3s.service', layout: 'k3s' };

    expect(judge(k3s, asked(LATE, LATE, 0))).toMatchObject({
      message: expect.stringContaining('the kubelet of k3s (k3s.service, pid 812) gives no answer'),
      advice: [{ text: expect.stringContaining('part of k3s') }, {}, {}, {}],
    });
  });

  it('tells how to restart a kubelet in a container, and never a unit', () => {
    const { unit: _, ...rest } = KUBELET;
    const finding = judge({ ...rest, layout: 'container' }, asked(LATE, LATE, 0));

    expect(finding).toMatchObject({ message: expect.stringContaining('the kubelet in a container (pid 812)') });
    expect(JSON.stringify(finding)).toContain('docker restart kubelet');
    expect(JSON.stringify(finding)).not.toMatch(/systemctl|UNIT|PID/);
  });
});
