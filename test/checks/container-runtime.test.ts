import { describe, expect, it } from 'vitest';
import { containerRuntime } from '../../lib/checks/container-runtime.ts';
import type { Facts } from '../../lib/model/check.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Reply } from '../../lib/sources/runtime/daemon-probe.ts';
import type { Progress } from '../../lib/sources/runtime/daemon-progress.ts';
import { type RuntimeRole, toService } from '../../lib/sources/runtime/runtime-endpoint.ts';
import { type RuntimeUnit, toRuntimeUnit } from '../../lib/sources/runtime/runtime-units.ts';

type RuntimeFacts = Facts<typeof containerRuntime.sources>;

const answered = (took: number): Reply => ({ kind: 'answered', took });
const IDLE: Progress = { pid: 104, window: 7500, cpu: 0, waitedForCpu: 10, threads: 14, states: { S: 14 }, stuck: [] };
const silent = (progress?: Partial<Progress>): Reply => ({
  kind: 'silent',
  after: 8000,
  backlogFull: false,
  ...(progress === undefined ? {} : { progress: { ...IDLE, ...progress } }),
});
const MISSING: Reply = { kind: 'down', how: 'missing' };

const active = (id: string, more: Partial<RuntimeUnit> = {}): RuntimeUnit => ({
  ...toRuntimeUnit({
    Id: id,
    LoadState: 'loaded',
    ActiveState: 'active',
    SubState: 'running',
    Result: 'success',
    MainPID: '104',
    KillMode: 'process',
    UnitFileState: 'enabled',
  }),
  ...more,
});
const units = (...list: RuntimeUnit[]) =>
  ({ kind: 'units', units: Object.fromEntries(list.map((unit) => [unit.id, unit])) }) as const;

const docker = (role: RuntimeRole = 'endpoint') => toService('/run/docker.sock', role);
const containerd = (role: RuntimeRole = 'backend') => toService('/run/containerd/containerd.sock', role);
const web = { id: 'c0ffee', name: 'web', pod: 'web-1', namespace: 'default', state: 'running' };

/** A healthy docker node. */
const DOCKER: RuntimeFacts = {
  endpoint: { services: [docker(), containerd()], source: 'process 812' },
  ping: { kind: 'asked', service: docker(), reply: answered(3), apiVersion: '1.41' },
  list: { kind: 'asked', reply: answered(20), containers: [web] },
  info: { kind: 'known', liveRestore: true, running: 1 },
  liveRestore: { unavailable: 'not read' },
  inspect: { kind: 'asked', answered: 1, open: [], left: 0 },
  versions: [{ service: containerd(), reply: answered(2) }],
  status: { kind: 'unknown', why: 'the kubelet does not use CRI' },
  criList: { kind: 'not-asked', why: 'the kubelet does not use CRI' },
  statuses: { kind: 'not-asked', why: 'the kubelet does not use CRI' },
  units: units(active('docker.service'), active('containerd.service')),
  shims: [],
};
const ping = (reply: Reply): Partial<RuntimeFacts> => ({ ping: { kind: 'asked', service: docker(), reply } });
const list = (reply: Reply): Partial<RuntimeFacts> => ({ list: { kind: 'asked', reply, containers: [] } });

/** A healthy containerd node. */
const endpoint = containerd('endpoint');
const CONTAINERD: RuntimeFacts = {
  ...DOCKER,
  endpoint: { services: [endpoint], source: 'process 812' },
  ping: { kind: 'not-asked', why: 'no docker on this host' },
  list: { kind: 'not-asked', why: 'the kubelet does not use docker' },
  inspect: { kind: 'not-asked', why: 'the kubelet does not use docker' },
  versions: [{ service: endpoint, reply: answered(1), apiVersion: 'v1', runtime: 'containerd 1.7.2' }],
  status: { kind: 'known', service: endpoint, conditions: [{ type: 'RuntimeReady', status: true, reason: '', message: '' }] },
  criList: { kind: 'asked', service: endpoint, reply: answered(4), containers: [web] },
  statuses: { kind: 'asked', answered: 1, open: [], left: 0 },
};

const evaluate = (facts: RuntimeFacts): readonly Finding[] =>
  containerRuntime.evaluate(facts, { now: 0, settings: { hungCpu: 20, starvedShare: 0.25 } });
const about = (findings: readonly Finding[], subject: string) => findings.find((finding) => finding.subject === subject);

describe('container-runtime', () => {
  it('passes a healthy docker with its latency, and says what a restart would do', () => {
    const findings = evaluate(DOCKER);

    expect(findings.map(({ verdict, subject }) => [verdict, subject])).toEqual([
      ['pass', 'docker.service'],
      ['pass', 'containerd.service'],
      ['pass', 'containers'],
    ]);
    expect(findings[0]?.message).toBe('docker answers in 3ms, its list of one container in 20ms');
    expect(findings[0]?.evidence?.map(({ excerpt }) => excerpt).join('\n')).toContain(
      'a restart of docker.service leaves the containers running (live-restore is on)',
    );
  });

  it('tells cri-dockerd from the docker whose name it answers with', () => {
    const service = toService('/run/cri-dockerd.sock', 'endpoint');
    const versions = [{ service, reply: answered(3), apiVersion: 'v1' as const, runtime: 'docker 20.10.24' }];
    const list = { kind: 'asked' as const, service, reply: answered(4), containers: [web] };
    const findings = evaluate({
      ...CONTAINERD,
      endpoint: { services: [service], source: 'process 812' },
      versions,
      criList: list,
    });

    expect(findings[0]?.message).toBe('cri-dockerd (docker 20.10.24) answers in 3ms, its list of one container in 4ms');
  });

  it('says how many containers a restart of docker would stop', () => {
    const [finding] = evaluate({ ...DOCKER, info: { kind: 'known', liveRestore: false, running: 31 } });

    expect(finding?.verdict).toBe('pass');
    expect(JSON.stringify(finding?.evidence)).toContain('stops 31 containers (live-restore is off)');
  });

  it.each<[string, Partial<RuntimeFacts>, object]>([
    ['hung: idle through the window', ping(silent({})), { reason: 'DockerHung', severity: 'critical', state: 'active' }],
    [
      'hung: stopped',
      ping(silent({ stuck: [{ thread: 104, state: 'T' }] })),
      { reason: 'DockerHung', message: expect.stringContaining('state T') },
    ],
    [
      'hung: D state',
      ping(silent({ stuck: [{ thread: 104, state: 'D', wchan: 'nfs_wait' }] })),
      { reason: 'DockerHung', message: expect.stringContaining('nfs_wait') },
    ],
    [
      'hung: backlog full',
      ping({ kind: 'silent', after: 8000, backlogFull: true, progress: IDLE }),
      { reason: 'DockerHung', message: expect.stringContaining('backlog is full') },
    ],
    ['slow: busy', ping(silent({ cpu: 5000 })), { reason: 'DockerSlow', severity: 'warning', state: 'suspected' }],
    ['slow: starved of CPU, never hung', ping(silent({ waitedForCpu: 7000 })), { reason: 'DockerSlow', state: 'suspected' }],
    ['slow: nobody could watch it', ping(silent()), { reason: 'DockerSlow', state: 'suspected' }],
    [
      'hung: ping is fast, the list never comes',
      list(silent({})),
      { reason: 'DockerHung', message: expect.stringContaining('answers a ping but gave no list of containers within 8s') },
    ],
    ['slow: the list comes late while it works', list(silent({ cpu: 3000 })), { reason: 'DockerSlow' }],
    [
      'down: the socket is gone',
      ping(MISSING),
      { reason: 'DockerDown', severity: 'critical', message: expect.stringContaining('no socket') },
    ],
    [
      'down: refused',
      ping({ kind: 'down', how: 'refused' }),
      { reason: 'DockerDown', message: expect.stringContaining('although docker.service is active') },
    ],
    [
      'down: its unit failed, and systemd holds the socket for it',
      {
        ...ping(silent()),
        units: units(active('docker.service', { activeState: 'failed', subState: 'failed', result: 'start-limit-hit' })),
      },
      { reason: 'DockerDown', state: 'active', message: 'docker does not run: docker.service is failed (start-limit-hit)' },
    ],
    [
      'down, but starting',
      { ...ping(MISSING), units: units(active('docker.service', { activeState: 'activating', subState: 'start' })) },
      { reason: 'DockerDown', state: 'suspected' },
    ],
    [
      'answering the list with errors',
      list({ kind: 'refusing', took: 2, what: 'HTTP 500 containerd: connection error' }),
      { reason: 'DockerDown', state: 'suspected', message: expect.stringContaining('HTTP 500') },
    ],
  ])('finds docker %s', (_, more, fault) => {
    expect(about(evaluate({ ...DOCKER, ...more }), 'docker.service')).toMatchObject({
      type: 'ContainerRuntimeUnhealthy',
      ...fault,
    });
  });

  it('puts the unit and the threads into the evidence of a hung daemon, and the price of a restart into its advice', () => {
    const facts = {
      ...DOCKER,
      ...ping(silent({})),
      info: { kind: 'unknown', why: 'docker does not answer' } as const,
      shims: [{ pid: 9, startTicks: 100, state: 'S', unit: 'containerd.service' }],
    };

    const finding = about(evaluate(facts), 'docker.service');

    expect(finding).toMatchObject({
      evidence: [
        { from: 'systemctl show docker.service', excerpt: expect.stringContaining('ActiveState=active SubState=running') },
        { from: '/proc/104/task', excerpt: expect.stringContaining('14 threads (S 14)') },
        { excerpt: expect.stringContaining('stops 1 containers (docker did not say whether live-restore is on)') },
      ],
      advice: [
        {},
        {},
        { text: expect.stringContaining('only if that price is right'), command: expect.stringContaining('docker.service') },
      ],
    });
  });

  it.each([
    ['stopped: SIGCONT', 'T', 'kill -CONT 104', true],
    ['in D state: no restart', 'D', 'systemctl kill', false],
  ])('advises for a daemon %s', (_, state, command, isAdvised) => {
    const finding = about(evaluate({ ...DOCKER, ...ping(silent({ stuck: [{ thread: 104, state }] })) }), 'docker.service');

    expect(JSON.stringify(finding).includes(command)).toBe(isAdvised);
    expect(JSON.stringify(finding)).toContain('journalctl -u docker.service');
  });

  it('never advises to restart a slow daemon', () => {
    expect(JSON.stringify(evaluate({ ...DOCKER, ...ping(silent({ waitedForCpu: 7000 })) }))).not.toContain('systemctl kill');
  });

  it('finds a hung containerd behind a docker that still answers, and blames no container', () => {
    const findings = evaluate({
      ...DOCKER,
      versions: [{ service: containerd(), reply: silent({ stuck: [{ thread: 104, state: 'T' }] }) }],
      inspect: { kind: 'asked', answered: 0, open: [{ container: web, after: 2000 }], left: 0 },
    });

    expect(findings.map((finding) => ('reason' in finding ? finding.reason : finding.verdict))).toEqual([
      'pass',
      'ContainerdHung',
    ]);
  });

  it.each<[string, Partial<RuntimeUnit>, number]>([
    ['is not installed', { loadState: 'not-found' }, 1],
    ['is disabled', { activeState: 'inactive', unitFileState: 'disabled' }, 1],
    ['is enabled and failed', { activeState: 'failed', result: 'exit-code' }, 2],
  ])('misses a containerd that nobody saw only when its unit should run: it %s', (_, more, daemons) => {
    const assumed = { ...containerd(), assumed: true };
    const findings = evaluate({
      ...DOCKER,
      endpoint: { services: [docker(), assumed], source: '' },
      versions: [{ service: assumed, reply: MISSING }],
      units: units(active('docker.service'), active('containerd.service', more)),
    });

    expect(findings.filter(({ subject }) => subject !== 'containers')).toHaveLength(daemons);
  });

  it('names the container whose inspect hangs, its shim and how to end it', () => {
    const findings = evaluate({
      ...DOCKER,
      inspect: { kind: 'asked', answered: 30, open: [{ container: web, after: 2000 }], left: 0 },
      shims: [{ pid: 4711, startTicks: 100, state: 'T', unit: 'containerd.service', container: 'c0ffee' }],
    });

    expect(about(findings, 'default/web-1/web')).toMatchObject({
      reason: 'ContainerHung',
      severity: 'warning',
      state: 'active',
      stopped: true,
      message:
        'docker did not answer inspect of container web of pod default/web-1 (c0ffee) within 2s while 30 others did; its shim is stopped (state T)',
      evidence: [{ from: '/proc/4711/stat' }],
      advice: [{}, { command: 'kill -CONT 4711' }, { command: 'kill -KILL 4711' }],
    });
    expect(about(findings, 'containers')).toBeUndefined();
  });

  it('waits for a container whose shim is not stopped: one that starts holds its lock until its volumes are there', () => {
    const findings = evaluate({
      ...DOCKER,
      inspect: { kind: 'asked', answered: 30, open: [{ container: web, after: 2000 }], left: 0 },
      shims: [{ pid: 4711, startTicks: 100, state: 'S', unit: 'containerd.service', container: 'c0ffee' }],
    });

    expect(about(findings, 'default/web-1/web')).toMatchObject({ state: 'suspected', activeAfter: 20_000 });
  });

  it('finds the shim of a container under CRI, which is named after the pod’s sandbox', () => {
    const findings = evaluate({
      ...CONTAINERD,
      statuses: { kind: 'asked', answered: 3, open: [{ container: { ...web, sandbox: 'b0b' }, after: 2000 }], left: 0 },
      shims: [{ pid: 4711, startTicks: 100, state: 'T', unit: 'containerd.service', container: 'b0b' }],
    });

    expect(about(findings, 'default/web-1/web')).toMatchObject({ state: 'active', evidence: [{ from: '/proc/4711/stat' }] });
  });

  it('says of how many containers it speaks', () => {
    const inspect = { kind: 'asked', answered: 2, open: [], left: 0, of: 31 } as const;

    expect(about(evaluate({ ...DOCKER, inspect }), 'changed containers')).toMatchObject({
      verdict: 'pass',
      message: 'inspect answers for the 2 of 31 containers whose pods changed',
    });
  });

  it.each<[string, RuntimeFacts['inspect'], string]>([
    [
      'none answers',
      {
        kind: 'asked',
        answered: 0,
        open: [
          { container: web, after: 2000 },
          { container: web, after: 2000 },
        ],
        left: 5,
      },
      'none of 7',
    ],
    ['there was no time for all', { kind: 'asked', answered: 3, open: [], left: 5 }, '5 of 8'],
  ])('cannot tell about containers when %s', (_, inspect, message) => {
    expect(about(evaluate({ ...DOCKER, inspect }), 'containers')).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining(message),
    });
  });

  it('passes a healthy containerd', () => {
    expect(evaluate(CONTAINERD).map(({ verdict, message }) => `${verdict}: ${message}`)).toEqual([
      'pass: containerd 1.7.2 answers in 1ms, its list of one container in 4ms',
      'pass: inspect answers for all containers (1)',
    ]);
  });

  it('believes a runtime that says it is not ready', () => {
    const conditions = [{ type: 'RuntimeReady', status: false, reason: 'DockerDaemonNotReady', message: 'docker: no' }];

    expect(evaluate({ ...CONTAINERD, status: { kind: 'known', service: endpoint, conditions } })[0]).toMatchObject({
      reason: 'ContainerdDown',
      message: 'containerd says it is not ready: DockerDaemonNotReady docker: no',
    });
  });

  it('finds a containerd whose CRI plugin is off', () => {
    const reply: Reply = { kind: 'refusing', took: 0, what: 'grpc 12 unknown service runtime.v1.RuntimeService' };

    expect(evaluate({ ...CONTAINERD, versions: [{ service: endpoint, reply }] })[0]).toMatchObject({ reason: 'ContainerdDown' });
  });

  it.each<[string, Reply, object]>([
    ['hung: a notice', silent({}), { reason: 'DockerHung', severity: 'notice', verdict: 'warn' }],
    ['down: a notice', MISSING, { reason: 'DockerDown', severity: 'notice' }],
  ])('makes of a docker that the kubelet does not use and that is %s', (_, reply, finding) => {
    const facts: RuntimeFacts = {
      ...CONTAINERD,
      endpoint: { services: [endpoint, docker('unused')], source: '' },
      ping: { kind: 'asked', service: docker('unused'), reply },
    };

    expect(about(evaluate(facts), 'docker.service')).toMatchObject(finding);
  });

  it('says nothing of an unused docker that is off', () => {
    const services = [endpoint, docker('unused')];

    expect(about(evaluate({ ...CONTAINERD, endpoint: { services, source: '' } }), 'docker.service')).toBeUndefined();
  });

  it.each<[string, Reply]>([
    ['no permission', { kind: 'denied' }],
    ['no sense', { kind: 'failed', what: 'ECONNRESET' }],
  ])('cannot tell when the socket gives %s', (_, reply) => {
    expect(about(evaluate({ ...DOCKER, ...ping(reply) }), 'docker.service')).toMatchObject({ verdict: 'unknown' });
  });

  it('cannot tell when its sources could not be read, and never passes', () => {
    const unavailable = { unavailable: 'no answer within 9.3s' };
    const findings = evaluate({
      ...DOCKER,
      ping: unavailable,
      list: unavailable,
      versions: unavailable,
      inspect: unavailable,
      units: unavailable,
      shims: unavailable,
      info: unavailable,
    });

    expect(findings.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  });

  it('reports a slow CRI-O, for which the catalogue has no reason, as not known', () => {
    const crio = toService('/run/crio/crio.sock', 'endpoint');
    const facts: RuntimeFacts = {
      ...CONTAINERD,
      endpoint: { services: [crio], source: '' },
      versions: [{ service: crio, reply: silent({ cpu: 900 }) }],
      status: { kind: 'unknown', why: '' },
      criList: { kind: 'not-asked', why: '' },
      statuses: { kind: 'not-asked', why: '' },
    };

    expect(evaluate(facts)[0]).toMatchObject({ verdict: 'unknown', message: expect.stringContaining('900ms of CPU') });
  });

  it('skips a host without a runtime', () => {
    expect(evaluate({ ...DOCKER, endpoint: { services: [], source: '' } })).toMatchObject([{ verdict: 'skip' }]);
  });
});
