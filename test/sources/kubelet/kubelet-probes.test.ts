import { describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../../../lib/host/host.ts';
import type { ReadContext, Source } from '../../../lib/model/source.ts';
import { nodeObject } from '../../../lib/sources/cluster/node-object.ts';
import { kubeletHealthz } from '../../../lib/sources/kubelet/kubelet-healthz.ts';
import { kubeletJournal } from '../../../lib/sources/kubelet/kubelet-journal.ts';
import { kubeletMetrics } from '../../../lib/sources/kubelet/kubelet-metrics.ts';
import { kubeletPleg } from '../../../lib/sources/kubelet/kubelet-pleg.ts';
import { kubeletProcess, type RunningKubelet } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { kubeletRuns } from '../../../lib/sources/kubelet/kubelet-runs.ts';
import { kubeletUnit } from '../../../lib/sources/kubelet/kubelet-unit.ts';
import { type FakeNode, fakeNode, text } from '../../fakes/node.ts';
import { plegMetricsText } from '../../fakes/pleg.ts';
import { readFact } from '../../fakes/read.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const SERVERS = { api: 'https://127.0.0.1:10250', healthz: 'http://127.0.0.1:10248' };
const KUBELET: RunningKubelet = {
  kind: 'running',
  pid: 812,
  argv: [],
  startedAt: NOW - 3_600_000,
  startTicks: 1,
  unit: 'kubelet.service',
  layout: 'systemd',
  ownsPort: true,
  servers: SERVERS,
  state: 'S',
};
const LATE: HttpAnswer = { kind: 'timed-out', after: 5000, connected: true };
const METRICS = plegMetricsText({ lastSeen: NOW / 1000 - 1, relists: [0.1, 0.2] });

const given = (kubelet: RunningKubelet) => [[kubeletProcess, kubelet] as const];
const at = (node: FakeNode) => fakeNode({ now: NOW, ...node });

describe('kubelet-healthz', () => {
  it('asks both ports, without a credential and without judging the certificate', async () => {
    const asked: HttpRequest[] = [];
    const host = at({
      http: (request) => {
        asked.push(request);
        return text('ok');
      },
    });

    const fact = await readFact(host, kubeletHealthz, given(KUBELET));

    expect(fact).toMatchObject({
      kind: 'asked',
      probes: [{ url: `${SERVERS.healthz}/healthz` }, { url: `${SERVERS.api}/healthz` }],
    });
    expect(asked.map(({ tls, headers }) => [tls, headers])).toEqual([
      [undefined, undefined],
      ['unverified', undefined],
    ]);
  });

  it('measures what the process did while it gave no answer', async () => {
    const stats = [stat(100, 20), stat(130, 30)];
    const host = {
      ...at({ http: () => LATE }),
      readFile: async () => ({ kind: 'text', text: stats.shift() ?? '', truncated: false }) as const,
    };

    expect(await readFact(host, kubeletHealthz, given(KUBELET))).toMatchObject({ progress: 40 });
  });

  it.each([
    ['S', 5000],
    ['T', 1000],
  ])('waits for a process in state %s for %d ms', async (state, deadline) => {
    const asked: number[] = [];
    const host = at({
      http: (request) => {
        asked.push(request.deadline);
        return LATE;
      },
    });

    await readFact(host, kubeletHealthz, given({ ...KUBELET, state }));

    expect(asked).toEqual([deadline, deadline]);
  });

  it.each<[string, RunningKubelet, readonly string[]]>([
    ['the cheap port alone', KUBELET, [`${SERVERS.healthz}/healthz`]],
    ['the dear one where there is no other', { ...KUBELET, servers: { api: SERVERS.api } }, [`${SERVERS.api}/healthz`]],
  ])('asks %s when nothing is wrong and nobody waits', async (_, kubelet, urls) => {
    const use: ReadContext['use'] = async <Fact>() => kubelet as Fact;

    const fact = await kubeletHealthz.read(at({ http: () => text('ok') }), { use, signal: AbortSignal.abort(), thorough: false });

    expect(fact.kind === 'asked' && fact.probes.map(({ url }) => url)).toEqual(urls);
  });

  it('asks no port that is not its own', async () => {
    const asked: string[] = [];
    const host = at({
      http: ({ url }) => {
        asked.push(url);
        return text('ok');
      },
    });

    await readFact(host, kubeletHealthz, given({ ...KUBELET, servers: { api: SERVERS.api } }));
    const deaf = await readFact(host, kubeletHealthz, given({ ...KUBELET, ownsPort: false, servers: {} }));

    expect(asked).toEqual([`${SERVERS.api}/healthz`]);
    expect(deaf).toEqual({ kind: 'not-asked', why: 'the kubelet owns no listening port' });
  });

  it('asks nobody when the owner is not proved', async () => {
    const { servers, ...rest } = KUBELET;

    expect(
      await readFact(
        at({ http: () => text('ok') }),
        kubeletHealthz,
        given({ ...rest, ownsPort: false, unproven: 'run as root' }),
      ),
    ).toEqual({
      kind: 'not-asked',
      why: 'run as root',
    });
  });
});

function stat(user: number, system: number): string {
  return `812 (kube) (let) S 1 812 812 0 -1 1077936384 60 0 0 0 ${user} ${system} 0 0 20 0 16 0 6000 0 0\n`;
}

describe('kubelet-metrics', () => {
  const secure = `${SERVERS.api}/metrics`;
  const plain = 'http://127.0.0.1:10255/metrics';
  const withReadOnly = { ...KUBELET, servers: { ...SERVERS, readOnly: 'http://127.0.0.1:10255' } };

  it('sends the credential only where the certificate is judged', async () => {
    const asked: HttpRequest[] = [];
    const http = (request: HttpRequest) => {
      asked.push(request);
      return text(METRICS);
    };

    expect(await readFact(at({ http }), kubeletMetrics, given(KUBELET))).toMatchObject({ kind: 'measured', url: secure });
    expect(asked).toMatchObject([{ url: secure, tls: 'cluster' }]);
  });

  it.each<[string, HttpAnswer]>([
    ['forbidden', text('Forbidden', 403)],
    ['unauthorized', text('Unauthorized', 401)],
    ['without identity', { kind: 'no-identity', reason: 'no kubeconfig' }],
    ['served by a stranger', { kind: 'untrusted', reason: 'self-signed certificate' }],
  ])('falls back to the read-only port when %s', async (_, answer) => {
    const http = ({ url }: HttpRequest) => (url === plain ? text(METRICS) : answer);

    expect(await readFact(at({ http }), kubeletMetrics, given(withReadOnly))).toMatchObject({ kind: 'measured', url: plain });
    expect(await readFact(at({ http }), kubeletMetrics, given(KUBELET))).toMatchObject({ kind: 'denied' });
  });

  it.each<[string, HttpAnswer, string]>([
    ['a cut body', { ...text(METRICS), truncated: true } as HttpAnswer, 'is longer than 8 MiB'],
    ['another page', text('<html>'), 'has no PLEG metrics'],
    ['an error', text('', 500), 'answered 500'],
    ['no answer', LATE, 'connected, no answer within 5s'],
    ['a full backlog', { kind: 'backlog-full' }, 'accepts no connection, its queue is full'],
  ])('does not judge %s', async (_, answer, why) => {
    expect(await readFact(at({ http: () => answer }), kubeletMetrics, given(withReadOnly))).toEqual({
      kind: 'unavailable',
      why: expect.stringContaining(why),
    });
  });
});

describe('kubelet-pleg', () => {
  it('hears no other witness when the metric speaks', async () => {
    const fact = await readFact(at({ http: () => text(METRICS) }), kubeletPleg, given(KUBELET));

    expect(fact).toMatchObject({ kind: 'running', metrics: { kind: 'measured' } });
    expect(fact).not.toHaveProperty('journal');
  });

  it.each([
    ['an answering kubelet', text('Unauthorized', 401), true],
    ['a silent one', LATE, false],
  ])('asks the journal of %s when metrics are denied', async (_, healthz, answers) => {
    const http = ({ url }: HttpRequest) => (url.endsWith('/metrics') ? text('', 403) : healthz);

    expect(await readFact(at({ http }), kubeletPleg, given(KUBELET))).toMatchObject({
      answers,
      metrics: { kind: 'denied' },
      journal: { kind: 'unavailable', why: 'no journalctl on this host' },
    });
  });
});

describe('kubelet-pleg and its node', () => {
  const http = ({ url }: HttpRequest) => (url.endsWith('/metrics') ? text('', 403) : text('ok'));
  const node = (heartbeatAt: number) => ({
    kind: 'found',
    value: { conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'ready', heartbeatAt }] },
  });
  const read = (heartbeatAt: number, given: readonly (readonly [Source<unknown>, unknown])[] = []) =>
    readFact(at({ http }), kubeletPleg, [[kubeletProcess, KUBELET], [nodeObject, node(heartbeatAt)], ...given]);

  it('asks the API server when the journal cannot tell', async () => {
    expect(await read(NOW - 60_000)).toMatchObject({ ready: { status: 'True', message: 'ready', heartbeatAt: NOW - 60_000 } });
  });

  it('does not take the report of an earlier kubelet for its own', async () => {
    expect(await read(KUBELET.startedAt - 1)).not.toHaveProperty('ready');
  });

  const journal = (reaches: number) => ({ kind: 'read', unit: 'kubelet.service', heard: 9, failures: [], from: NOW - reaches });

  it('spares the API server when the journal can tell', async () => {
    expect(await read(NOW - 60_000, [[kubeletJournal, journal(15_000)]])).not.toHaveProperty('ready');
  });

  it('asks it when the journal is so busy that a complaint may have left its last lines', async () => {
    expect(await read(NOW - 60_000, [[kubeletJournal, journal(14_999)]])).toHaveProperty('ready');
  });
});

describe('kubelet-unit', () => {
  const PROPERTIES =
    'Id,LoadState,ActiveState,SubState,Result,UnitFileState,MainPID,NRestarts,ExecMainCode,ExecMainStatus,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic,ActiveEnterTimestampMonotonic,StateChangeTimestampMonotonic,InactiveEnterTimestampMonotonic,InactiveExitTimestampMonotonic,WatchdogUSec,RestartUSec,NeedDaemonReload,FragmentPath,DropInPaths';
  const node = (stdout: string): FakeNode => ({
    files: { '/proc/uptime': '1000.00 1.00\n' },
    commands: { [`systemctl show --no-pager --property=${PROPERTIES} -- kubelet.service`]: stdout },
  });
  const REAL = `Restart=always\nRestartUSec=10s\nWatchdogUSec=0\nMainPID=246\nResult=success\nNRestarts=2\nExecMainStartTimestampMonotonic=900000000\nExecMainExitTimestampMonotonic=0\nExecMainCode=0\nExecMainStatus=0\nId=kubelet.service\nLoadState=loaded\nActiveState=active\nSubState=running\nFragmentPath=/lib/systemd/system/kubelet.service\nDropInPaths=/etc/systemd/system/kubelet.service.d/10-kubeadm.conf /etc/systemd/system/kubelet.service.d/20-x.conf\nUnitFileState=enabled\nStateChangeTimestampMonotonic=900000459\nInactiveEnterTimestampMonotonic=0\nNeedDaemonReload=no\n`;

  it('reads what systemd 252 says', async () => {
    expect(await readFact(at(node(REAL)), kubeletUnit, given(KUBELET))).toEqual({
      kind: 'unit',
      unit: 'kubelet.service',
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      result: 'success',
      unitFileState: 'enabled',
      mainPid: 246,
      restarts: 2,
      mainStartedAt: NOW - 100_000,
      changedAt: NOW - 100_000 + 0.459,
      mainCode: 0,
      mainStatus: 0,
      watchdog: 0,
      restartDelay: 10_000,
      needDaemonReload: false,
      fragmentPath: '/lib/systemd/system/kubelet.service',
      dropInPaths: ['/etc/systemd/system/kubelet.service.d/10-kubeadm.conf', '/etc/systemd/system/kubelet.service.d/20-x.conf'],
    });
  });

  it('lives with a systemd 219, which knows neither NRestarts nor the time of its last change', async () => {
    const old =
      'Id=kubelet.service\nActiveState=inactive\nInactiveEnterTimestampMonotonic=940000000\nInactiveExitTimestampMonotonic=930000000\n';

    const fact = await readFact(at(node(old)), kubeletUnit, given(KUBELET));

    expect(fact).toMatchObject({ kind: 'unit', activeState: 'inactive', changedAt: NOW - 60_000 });
    expect(fact).not.toHaveProperty('restarts');
  });

  it.each<[string, RunningKubelet, FakeNode, object]>([
    ['a container', { ...KUBELET, layout: 'container' }, {}, { kind: 'none', why: 'the kubelet runs in a container' }],
    ['a host without systemd', KUBELET, {}, { kind: 'none', why: 'no systemctl on this host' }],
    ['an empty answer', KUBELET, node(''), { kind: 'unknown', why: 'systemctl said nothing of kubelet.service' }],
  ])('has no unit for %s', async (_, kubelet, extra, expected) => {
    expect(await readFact(at(extra), kubeletUnit, given(kubelet))).toEqual(expected);
  });
});

describe('kubelet-runs', () => {
  it('asks neither systemd nor the journal about a run that has lasted', async () => {
    expect(await readFact(at({}), kubeletRuns, given(KUBELET))).toEqual({ kind: 'settled' });
  });

  it.each<[string, Partial<RunningKubelet>]>([
    ['has just started', { startedAt: NOW - 60_000 }],
    ['does not listen', { ownsPort: false, servers: {} }],
  ])('asks about a kubelet that %s', async (_, difference) => {
    expect(await readFact(at({}), kubeletRuns, given({ ...KUBELET, ...difference }))).toMatchObject({ kind: 'asked' });
  });
});
