import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../agent/configuration.ts';
import { afterBoot, letPodsComeBack } from '../../../agent/reboot/after.ts';
import { uncordonOwn } from '../../../agent/reboot/uncordon.ts';
import { judgeAgent, validated, wellnessOf } from '../../../agent/reboot/validate.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Wellness } from '../../../lib/reboot/validation.ts';
import { fakeNode } from '../../fakes/node.ts';

const FOR = { check: 'pleg-health', type: 'PLEGUnhealthy' };
const check = { id: 'pleg-health' } as never;
const fault = (severity: string): Finding =>
  ({ verdict: 'warn', type: 'X', reason: 'Y', severity, state: 'active', message: 'm', evidence: [], advice: [] }) as never;

describe('wellnessOf', () => {
  it.each<[string, readonly Finding[], Wellness['kind']]>([
    ['all passes', [{ verdict: 'pass', message: '' }], 'well'],
    ['a notice', [fault('notice')], 'well'],
    ['what is not here', [{ verdict: 'skip', message: '' }], 'well'],
    ['a warning', [fault('warning')], 'unwell'],
    [
      'what could not be told',
      [
        { verdict: 'pass', message: '' },
        { verdict: 'unknown', message: '' },
      ],
      'unwell',
    ],
  ])('%s', (_what, findings, kind) => expect(wellnessOf([{ check, findings }]).kind).toBe(kind));
});

describe('judgeAgent', () => {
  const own = (changes: object) => ({
    name: 'pleg-health',
    status: 'pass',
    summary: '',
    lastRun: 'now',
    durationMs: 1,
    conditions: [],
    ...changes,
  });
  const status = (changes: object = {}, problems: readonly object[] = []) => ({ checks: [own(changes)], problems }) as never;

  it.each<[string, Parameters<typeof judgeAgent>[0], Wellness['kind']]>([
    ['an agent that says nothing', undefined, 'unwell'],
    ['a check that passes', status(), 'well'],
    ['a check that has not run', status({ lastRun: null }), 'unwell'],
    ['a check that could not tell', status({ status: 'unknown' }), 'unwell'],
    ['a problem that is remembered', status({}, [{ type: 'PLEGUnhealthy', state: 'clearing', message: 'm' }]), 'unwell'],
    ['another problem', status({}, [{ type: 'PodStuck', state: 'active', message: 'm' }]), 'well'],
    ['a check that was switched off since', { checks: [], problems: [] }, 'well'],
  ])('%s', (_what, given, kind) => expect(judgeAgent(given, FOR).kind).toBe(kind));
});

describe('validated', () => {
  function turning(looks: (now: number) => Wellness, signal?: AbortSignal) {
    let now = 0;
    const clock = {
      ...fakeNode({}).clock,
      monotonic: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    const settings = { validation: { stable: 60_000, within: 300_000 } };
    return validated(clock, async () => looks(now), settings, signal);
  }

  it('is over when all was well long enough', async () => {
    expect(await turning(() => ({ kind: 'well' }))).toBeUndefined();
    expect(await turning((now) => (now < 100_000 ? { kind: 'unwell', why: 'x' } : { kind: 'well' }))).toBeUndefined();
  });

  it('says what was wrong last', async () => {
    expect(await turning(() => ({ kind: 'unwell', why: 'kubelet down' }))).toBe('kubelet down');
  });

  it('ends when it is told to', async () => {
    expect(await turning(() => ({ kind: 'unwell', why: 'x' }), AbortSignal.abort())).toBe('interrupted');
  });
});

const AGENT = 'agent: reason, 2026-01-01T00:00:00Z';
const PERSON = 'person: eve, 2026-01-01T00:00:00Z';

function cluster(nodes: readonly (string | undefined | 'open' | 'absent')[], conflicts = 0) {
  const patches: unknown[] = [];
  let at = 0;
  let left = conflicts;
  return {
    patches,
    node: async () => {
      const is = nodes[Math.min(at, nodes.length - 1)];
      at += 1;
      if (is === 'absent') return { ok: false, failure: { code: 404, reason: 'NotFound', message: 'gone', causes: [] } } as const;
      const annotations = is === undefined || is === 'open' ? {} : { 'nodemend.io/cordoned-by': is };
      const metadata = { name: 'web-1', resourceVersion: String(at), annotations };
      return { ok: true, value: { metadata, spec: { unschedulable: is !== 'open' } } } as never;
    },
    patchNode: async (_name: string, patch: unknown) => {
      patches.push(patch);
      left -= 1;
      if (left >= 0) return { ok: false, failure: { code: 409, reason: 'Conflict', message: 'c', causes: [] } } as never;
      return { ok: true, value: { metadata: { name: 'web-1' } } } as never;
    },
  };
}

describe('uncordonOwn', () => {
  const isOurs = (owner: string | undefined) => owner === AGENT;

  it.each<[string, readonly (string | undefined)[], number, string, number]>([
    ['lifts what is ours', [AGENT], 0, 'lifted', 1],
    ['asks again when the Node was changed meanwhile', [AGENT, AGENT], 1, 'lifted', 2],
    ['leaves what became another’s meanwhile', [AGENT, PERSON], 1, 'theirs', 1],
    ['leaves a person’s', [PERSON], 0, 'theirs', 0],
    ['leaves a stranger’s', [undefined], 0, 'theirs', 0],
    ['has nothing to lift', ['open'], 0, 'open', 0],
    ['of a Node that is gone', ['absent'], 0, 'absent', 0],
    ['gives up where somebody changes it all the time', [AGENT], 99, 'failed', 5],
  ])('%s', async (_what, nodes, conflicts, kind, count) => {
    const api = cluster(nodes, conflicts);

    expect((await uncordonOwn(api, 'web-1', isOurs)).kind).toBe(kind);
    expect(api.patches).toHaveLength(count);
    // By the very Node that was looked at, and no other.
    for (const patch of api.patches) expect(patch).toMatchObject({ metadata: { resourceVersion: expect.stringMatching(/./) } });
  });
});

describe('afterBoot', () => {
  it('does not uncordon a host that is not well', async () => {
    const api = cluster([AGENT]);
    const settings = { inhibitors: { files: [], users: false }, within: 0, validation: { stable: 0, within: 0 } };
    const end = await afterBoot({
      host: fakeNode({}),
      cluster: api,
      config: defaultConfig(),
      node: 'web-1',
      boot: 'b',
      settings,
      rebootedFor: FOR,
      say: async () => undefined,
    });

    expect(end).toMatchObject({ kind: 'failed', why: expect.stringContaining('stays cordoned') });
    expect(api.patches).toEqual([]);
  });

  it.each<[string, readonly (string | undefined)[], number, readonly string[], string]>([
    ['lifts the agent’s cordon, and says so', [AGENT], 0, ['UncordonStarting', 'UncordonSucceeded'], 'done'],
    [
      'says it once, however often the Node is changed meanwhile',
      [AGENT, AGENT],
      1,
      ['UncordonStarting', 'UncordonSucceeded'],
      'done',
    ],
    ['leaves a person’s, without a word', [PERSON], 0, [], 'done'],
    ['has nothing to say of a node that is open', ['open'], 0, [], 'done'],
    ['says what it could not do', [AGENT], 99, ['UncordonStarting', 'UncordonFailed'], 'failed'],
  ])('%s', async (_what, nodes, conflicts, reasons, kind) => {
    const api = cluster(nodes, conflicts);
    const said: string[] = [];
    const settings = { inhibitors: { files: [], users: false }, within: 0, validation: { stable: 0, within: 0 } };
    const end = await letPodsComeBack({
      cluster: api,
      node: 'web-1',
      boot: 'b',
      settings,
      rebootedFor: FOR,
      say: async ({ reason }) => {
        said.push(reason);
      },
    });

    expect([end.kind, said]).toEqual([kind, reasons]);
    // Nothing of the drain is left on the Node by which another incident could be taken for this one.
    for (const patch of api.patches)
      expect(patch).toMatchObject({
        metadata: { annotations: { 'nodemend.io/cordoned-by': null, 'nodemend.io/moved-for': null } },
      });
  });
});
