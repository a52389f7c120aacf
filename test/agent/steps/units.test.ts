import { describe, expect, it } from 'vitest';
import { restartUnit } from '../../../agent/steps/restart-unit.ts';
import { startUnit } from '../../../agent/steps/start-unit.ts';
import type { ControlRequest } from '../../../lib/host/host-control.ts';
import { type FakeSystemd, type FakeUnit, fakeSystemd } from '../../fakes/systemd.ts';

const DOCKER = { do: 'restart-unit', unit: 'docker.service', main: 812, along: [], patience: 3000, within: 120_000 } as const;
const START = { do: 'start-unit', unit: 'docker.service', clear: ['docker.service', 'docker.socket'], within: 30_000 } as const;

const words = (requests: readonly ControlRequest[]) =>
  requests.map((request) => {
    if (request.kind === 'unit') return `${request.verb} ${request.unit}`;
    return request.kind === 'signal-unit' ? `${request.signal} ${request.unit}` : request.kind;
  });
const never = new AbortController().signal;
const restart = (systemd: FakeSystemd, step: { along?: string[]; patience?: number } = {}, signal = never) =>
  restartUnit({ ...DOCKER, ...step }, { ...systemd, signal });
const start = (systemd: FakeSystemd) => startUnit(START, { ...systemd, signal: never });
const running = (details: FakeUnit = {}): FakeUnit => ({ mainPid: 812, ...details });

describe('restart-unit', () => {
  it('asks systemd, and sees the unit active again', async () => {
    const systemd = fakeSystemd({ 'docker.service': running() });

    expect(await restart(systemd)).toEqual({ kind: 'done', why: 'docker.service is active as process 5000' });
    expect(words(systemd.requests)).toEqual(['restart docker.service']);
  });

  it('kills the main process of one that ignores SIGTERM, after its patience and not before', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ endsAfter: Number.POSITIVE_INFINITY }) });
    let killedAt = 0;
    systemd.answer = ({ kind }) => {
      if (kind === 'signal-unit') killedAt = systemd.now();
      return undefined;
    };

    expect(await restart(systemd)).toEqual({
      kind: 'done',
      why: 'docker.service did not end within 3s and was killed; docker.service is active as process 5000',
    });
    expect(words(systemd.requests)).toEqual(['restart docker.service', 'SIGKILL docker.service']);
    expect(killedAt).toBeGreaterThanOrEqual(3000);
    expect(killedAt).toBeLessThan(4000);
  });

  it('without patience kills at once, and cuts RestartSec short', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ restartsAfter: 60_000 }) });

    expect(await restart(systemd, { patience: 0 })).toEqual({
      kind: 'done',
      why: 'docker.service was killed; docker.service is active as process 5000',
    });
    expect(words(systemd.requests)).toEqual(['SIGKILL docker.service', 'restart docker.service']);
    expect(systemd.now()).toBeLessThan(2000);
  });

  it('starts a killed one that systemd would leave dead', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ restartsAfter: Number.POSITIVE_INFINITY }) });

    expect(await restart(systemd, { patience: 0 })).toMatchObject({ kind: 'done' });
    expect(words(systemd.requests)).toEqual(['SIGKILL docker.service', 'start docker.service']);
  });

  it('leaves a killed one alone that systemd starts already', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ restartsAfter: 0, startsAfter: 5000 }) });

    expect(await restart(systemd, { patience: 0 })).toMatchObject({ kind: 'done' });
    expect(words(systemd.requests)).toEqual(['SIGKILL docker.service']);
  });

  it('asks for nothing more when a kill does not end it', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ diesAfter: Number.POSITIVE_INFINITY }) });

    expect(await restart(systemd, { patience: 0 })).toMatchObject({ kind: 'timed-out' });
    expect(words(systemd.requests)).toEqual(['SIGKILL docker.service']);
  });

  it('kills nothing that ends by itself in time', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ endsAfter: 2900 }) });

    await restart(systemd);

    expect(words(systemd.requests)).toEqual(['restart docker.service']);
  });

  it('says so when not even SIGKILL ends it, and kills once', async () => {
    const systemd = fakeSystemd({
      'docker.service': running({ endsAfter: Number.POSITIVE_INFINITY, diesAfter: Number.POSITIVE_INFINITY }),
    });

    expect(await restart(systemd)).toMatchObject({ kind: 'timed-out', why: expect.stringContaining('outlives SIGKILL') });
    expect(words(systemd.requests)).toEqual(['restart docker.service', 'SIGKILL docker.service']);
  });

  it('names the debugger that holds what is dead', async () => {
    const stuck = running({ endsAfter: Number.POSITIVE_INFINITY, diesAfter: Number.POSITIVE_INFINITY });
    const files = { '/proc/812/status': 'Name:\tdockerd\nState:\tZ (zombie)\nTracerPid:\t77\n' };

    expect((await restart(fakeSystemd({ 'docker.service': stuck }, { files }))).why).toContain('because process 77 traces it');
  });

  it.each<[string, FakeUnit | undefined, string]>([
    ['one that systemd starts again', running({ activeState: 'activating', subState: 'auto-restart' }), 'activating'],
    ['one that is being stopped', running({ activeState: 'deactivating' }), 'deactivating'],
    ['one with a job queued', running({ hasJob: true }), 'docker.service is'],
    ['one that somebody stopped', running({ activeState: 'inactive', subState: 'dead', mainPid: 0 }), 'inactive'],
    ['one that somebody restarted', running({ mainPid: 999 }), 'restarted meanwhile'],
    ['one that is gone', undefined, 'docker.service is'],
  ])('refuses %s, and touches nothing', async (_name, unit, why) => {
    const systemd = fakeSystemd(unit === undefined ? {} : { 'docker.service': unit });

    expect(await restart(systemd)).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
    expect(systemd.requests).toEqual([]);
  });

  it('refuses without a word of systemd', async () => {
    const systemd = fakeSystemd({ 'docker.service': running() });
    systemd.silent = true;

    expect(await restart(systemd)).toMatchObject({ kind: 'refused' });
    expect(systemd.requests).toEqual([]);
  });

  it('tells a unit that does not come back', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ failsToStart: true }) });

    expect(await restart(systemd)).toEqual({
      kind: 'failed',
      why: 'docker.service is failed (failed, exit-code) after the start',
    });
  });

  it('waits for a slow start no longer than it may', async () => {
    const systemd = fakeSystemd({ 'docker.service': running({ startsAfter: Number.POSITIVE_INFINITY }) });

    expect(await restart(systemd)).toMatchObject({
      kind: 'timed-out',
      why: expect.stringContaining('not active within 2m: docker.service is activating'),
    });
    expect(systemd.now()).toBeLessThan(125_000);
  });

  it('starts again what stopped with it, and nothing that was down before', async () => {
    const systemd = fakeSystemd({
      'docker.service': running({ takesAlong: ['cri-dockerd.service'] }),
      'cri-dockerd.service': running({ mainPid: 900 }),
      'other.service': { activeState: 'inactive', subState: 'dead' },
      'kept.service': running({ mainPid: 901 }),
    });

    const outcome = await restart(systemd, { along: ['cri-dockerd.service', 'other.service', 'kept.service'] });

    expect(outcome.kind).toBe('done');
    expect(words(systemd.requests)).toEqual(['restart docker.service', 'start cri-dockerd.service']);
  });

  it('fails when what stopped with it does not come back', async () => {
    const systemd = fakeSystemd({
      'docker.service': running({ takesAlong: ['cri-dockerd.service'] }),
      'cri-dockerd.service': running({ mainPid: 900, failsToStart: true }),
    });

    expect(await restart(systemd, { along: ['cri-dockerd.service'] })).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('cri-dockerd.service is failed'),
    });
  });

  it('brings a stop to its end when the agent is told to end, and does not wait for the start', async () => {
    const ending = new AbortController();
    const systemd = fakeSystemd({ 'docker.service': running({ endsAfter: Number.POSITIVE_INFINITY }) });
    systemd.at(500, () => ending.abort());

    expect(await restart(systemd, {}, ending.signal)).toMatchObject({ kind: 'interrupted' });
    expect(words(systemd.requests)).toEqual(['restart docker.service', 'SIGKILL docker.service']);
  });

  it.each([
    [
      { kind: 'failed', why: 'Connection refused' },
      { kind: 'failed', why: 'restart of docker.service: Connection refused' },
    ],
    [
      { kind: 'timed-out', after: 5000 },
      { kind: 'timed-out', why: 'restart of docker.service: no answer within 5s' },
    ],
  ] as const)('tells what systemd said: %j', async (answer, outcome) => {
    const systemd = fakeSystemd({ 'docker.service': running() });
    systemd.answer = () => answer;

    expect(await restart(systemd)).toEqual(outcome);
  });
});

describe('start-unit', () => {
  const down = (details: FakeUnit = {}): FakeUnit => ({
    activeState: 'failed',
    subState: 'failed',
    result: 'start-limit-hit',
    mainPid: 0,
    ...details,
  });

  it('forgets the failure first', async () => {
    const systemd = fakeSystemd({ 'docker.service': down(), 'docker.socket': down() });

    expect(await start(systemd)).toMatchObject({ kind: 'done' });
    expect(words(systemd.requests)).toEqual([
      'reset-failed docker.service',
      'reset-failed docker.socket',
      'start docker.service',
    ]);
  });

  it('minds no socket that is not there', async () => {
    expect(await start(fakeSystemd({ 'docker.service': down() }))).toMatchObject({ kind: 'done' });
  });

  it.each<[string, FakeUnit]>([
    ['runs', running()],
    ['is being started', down({ activeState: 'activating' })],
    ['was masked', down({ loadState: 'masked' })],
  ])('refuses one that %s by now', async (_name, unit) => {
    const systemd = fakeSystemd({ 'docker.service': unit });

    expect(await start(systemd)).toMatchObject({ kind: 'refused' });
    expect(systemd.requests).toEqual([]);
  });

  it('tells a start that fails', async () => {
    expect(await start(fakeSystemd({ 'docker.service': down({ failsToStart: true }) }))).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('exit-code'),
    });
  });
});
