import { describe, expect, it } from 'vitest';
import type { GuardId } from '../../lib/model/guard-ids.ts';
import type { RemedyStep, Snapshot } from '../../lib/model/snapshot.ts';
import type { Transition } from '../../lib/model/standing.ts';
import { eventReporter } from '../../lib/reporters/event.ts';
import { recordOfStep, recordOfTransition, recordsOfGuards } from '../../lib/reporters/event-records.ts';
import { type NodeApi, nodeApi } from '../fakes/node-api.ts';
import { problemState, step, tidings, transition } from '../fakes/tidings.ts';

const EVENTS = '/api/v1/namespaces/default/events';

describe('recordOfTransition', () => {
  it.each<[string, Transition, string, string, string]>([
    ['suspected', transition('suspected'), 'Normal', 'DockerHung', 'docker.service: suspected: docker has not answered for 9 s'],
    ['active', transition('active'), 'Warning', 'DockerHung', 'docker.service: active: docker has not answered for 9 s'],
    [
      'an active notice',
      transition('active', undefined, { severity: 'notice' }),
      'Normal',
      'DockerHung',
      'docker.service: active: docker has not answered for 9 s',
    ],
    [
      'clearing',
      transition('clearing', 'active'),
      'Normal',
      'DockerHung',
      'docker.service: clearing: docker has not answered for 9 s',
    ],
    [
      'cleared',
      transition('cleared', 'clearing'),
      'Normal',
      'ContainerRuntimeIsHealthy',
      'docker.service: cleared: DockerHung is over',
    ],
    [
      'never certain',
      transition('cleared', 'suspected'),
      'Normal',
      'ContainerRuntimeIsHealthy',
      'docker.service: passed by itself: DockerHung is over',
    ],
  ])('%s', (_, change, type, reason, message) => {
    expect(recordOfTransition(change)).toMatchObject({ type, reason, message });
  });
});

describe('recordOfStep', () => {
  const { remedy: _, ...givenUp } = step('exhausted', { message: '' });
  const about = 'for ContainerRuntimeUnhealthy/DockerHung (docker.service)';
  it.each<[RemedyStep, string, string, string]>([
    [step('started', { message: '' }), 'Normal', 'RemedyStarted', `restart-runtime ${about}`],
    [step('succeeded', { outcome: 'succeeded', message: 'done' }), 'Normal', 'RemedySucceeded', `restart-runtime ${about}: done`],
    [
      step('failed', { outcome: 'timed-out', message: 'late' }),
      'Warning',
      'RemedyFailed',
      `restart-runtime timed-out ${about}: late`,
    ],
    [step('skipped', { message: 'paused' }), 'Normal', 'RemedySkipped', `restart-runtime ${about}: paused`],
    [givenUp, 'Warning', 'RemediesExhausted', `given up ${about}`],
  ])('%#', (one, type, reason, message) => {
    expect(recordOfStep(one)).toMatchObject({ type, reason, message });
  });
});

describe('recordsOfGuards', () => {
  it('says nothing of a remedy that is held by itself', () => {
    const next = { remedy: 'drain', disruption: 'workload', blockedBy: ['under-way'] } as const;
    const of = (why: string) =>
      recordsOfGuards([problemState({ next, holds: [{ id: 'under-way', why }] })], new Map(), 0).records;

    expect(of('drain for DockerHung: scheduled')).toEqual([]);
    expect(of('drain for KernelDeadlock: scheduled')).toHaveLength(1);
    expect(of('reboot for DockerHung: x')).toHaveLength(1);
  });

  const held = (...ids: GuardId[]) =>
    problemState({
      next: { remedy: 'restart-runtime', disruption: 'local', blockedBy: ids },
      holds: ids.map((id) => ({ id, why: `why ${id}` })),
    });

  it('says the guards with their reasons when the set changes, once in ten minutes', () => {
    const said: string[] = [];
    let memory = recordsOfGuards([], new Map(), 0).said;
    const at = (minute: number, ...ids: GuardId[]) => {
      const { records, said: next } = recordsOfGuards([held(...ids)], memory, minute * 60_000);
      memory = next;
      said.push(...records.map(({ message }) => `${minute}: ${message.split(' held by ')[1]}`));
    };

    at(0, 'not-persistent');
    at(1, 'paused', 'not-persistent');
    at(2, 'paused');
    at(3, 'paused', 'pressure');
    at(11, 'pressure', 'paused');
    at(12);
    at(30, 'paused', 'pressure');
    at(31, 'paused');

    expect(said).toEqual([
      '1: paused (why paused)',
      '11: pressure (why pressure), paused (why paused)',
      '31: paused (why paused)',
    ]);
  });
});

function reporterOf(api: NodeApi) {
  const reporter = eventReporter({ cluster: api.cluster, nodeName: async () => 'node-a', random: () => 1 });
  const tell = async (
    after: number,
    transitions: readonly Transition[],
    steps: readonly RemedyStep[] = [],
    state: Partial<Snapshot> = {},
  ) => {
    await reporter.report(tidings(after, state, { transitions, steps }));
    await reporter.settled();
  };
  return { reporter, tell };
}

const messages = (api: NodeApi) => [...api.events.values()].map(({ message }) => String(message));

describe('event', () => {
  it('writes as the kubelet does, so that `kubectl describe node` shows it', async () => {
    const api = await nodeApi();
    await reporterOf(api).tell(5, [transition('active')]);

    expect([...api.events.values()]).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^node-a\.[0-9a-f]+$/), namespace: 'default' },
        involvedObject: { kind: 'Node', name: 'node-a', uid: 'node-a' },
        reason: 'DockerHung',
        message: 'docker.service: active: docker has not answered for 9 s',
        type: 'Warning',
        source: { component: 'nodemend', host: 'node-a' },
        reportingComponent: 'nodemend',
        reportingInstance: 'node-a',
        firstTimestamp: '2026-01-01T00:00:05Z',
        lastTimestamp: '2026-01-01T00:00:05Z',
        count: 1,
      },
    ]);
  });

  it('counts the same up, with its last words', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    await tell(0, [transition('active')]);
    await tell(60, [transition('active', 'clearing', { message: 'again' })]);

    const [event] = [...api.events.values()];
    expect(api.events.size).toBe(1);
    expect(event).toMatchObject({ count: 2, message: 'docker.service: active: again', lastTimestamp: '2026-01-01T00:01:00Z' });
  });

  it('begins anew after ten minutes, and when the event is gone', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    await tell(0, [transition('active')]);
    api.events.clear();
    await tell(60, [transition('active')]);
    await tell(800, [transition('active')]);

    expect([...api.events.values()].map(({ count }) => count)).toEqual([1, 1]);
  });

  it('does not say again what the agent of before had said', async () => {
    const api = await nodeApi();
    await reporterOf(api).tell(0, [{ ...transition('active', 'clearing'), known: true }]);

    expect([...api.events.values()]).toEqual([]);
  });

  it('keeps the order of what happened', async () => {
    const api = await nodeApi();
    await reporterOf(api).tell(0, [transition('active')], [step('started'), step('succeeded', { outcome: 'succeeded' })]);

    expect([...api.events.values()].map(({ reason }) => reason)).toEqual(['DockerHung', 'RemedyStarted', 'RemedySucceeded']);
  });

  it('says little of a problem that flaps, and how much it did not say', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    for (let after = 0; after < 600; after += 5) await tell(after, [transition('active'), transition('cleared', 'clearing')]);
    await tell(900, [transition('active')]);

    expect(api.calls().length).toBeLessThan(30);
    expect(messages(api).join()).toMatch(/\(\d\d more like this were suppressed\)/);
  });

  it('replays nothing that is no longer news, and says that it did not', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    api.trouble = () => 'reset';
    await tell(0, [transition('active')], [step('started')]);
    for (let after = 10; after < 3600; after += 10) await tell(after, []);
    await tell(3590, [transition('cleared', 'clearing')]);
    api.trouble = undefined;
    for (let after = 3600; after < 3700; after += 10) await tell(after, []);

    expect(messages(api)).toEqual(['docker.service: cleared: DockerHung is over (2 events before this one were not delivered)']);
  });

  it('sends after a short trouble what was not heard', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    api.trouble = () => ({ status: 503, body: {} });
    await tell(0, [transition('active')]);
    api.trouble = undefined;
    await tell(1, []);
    await tell(10, []);

    expect([...api.events.values()].map(({ lastTimestamp }) => lastTimestamp)).toEqual(['2026-01-01T00:00:00Z']);
  });

  it('leaves the server alone when it may not write events', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    api.trouble = () => ({ status: 403, body: {} });
    for (let after = 0; after < 590; after += 10)
      await tell(after, [transition('active', undefined, { subject: String(after) })]);

    expect(api.calls().length).toBe(1);
  });

  it('drops what the server refuses, and goes on', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    api.trouble = ({ body }) => (body.includes('"DockerHung"') ? { status: 422, body: {} } : undefined);
    await tell(0, [transition('active')], [step('started')]);

    expect([...api.events.values()].map(({ reason }) => reason)).toEqual(['RemedyStarted']);
  });

  it('takes a first sending whose answer was lost for sent', async () => {
    const api = await nodeApi();
    const { tell } = reporterOf(api);
    api.trouble = ({ method }) => (method === 'POST' ? { status: 409, body: {} } : undefined);
    await tell(0, [transition('active')]);
    await tell(10, []);

    expect(api.calls()).toEqual([`POST ${EVENTS}`]);
  });

  it('fits what the API server takes, whatever the host says', async () => {
    const api = await nodeApi();
    await reporterOf(api).tell(0, [transition('active', undefined, { message: '🐳\x1b'.repeat(3000) })]);

    expect(Buffer.byteLength(messages(api)[0] ?? '')).toBeLessThanOrEqual(1024);
    expect(messages(api)[0]).not.toContain('\x1b');
  });

  it('says what another reporter has to say', async () => {
    const api = await nodeApi();
    const { reporter, tell } = reporterOf(api);
    reporter.say({ type: 'Warning', reason: 'ConditionOfAnother', message: 'PLEGUnhealthy', key: 'k' });
    await tell(0, []);

    expect(messages(api)).toEqual(['PLEGUnhealthy']);
  });
});
