import { describe, expect, it } from 'vitest';
import { agentSchema } from '../../../agent/configuration.ts';
import { judgeProblem } from '../../../agent/judgement.ts';
import { blockerHolds } from '../../../agent/reboot/holds.ts';
import { readInhibitors } from '../../../agent/reboot/inhibitors.ts';
import type { Hold } from '../../../lib/model/guard.ts';
import type { Disruption } from '../../../lib/model/remedy.ts';
import { dockerHung, standingOf } from '../../fakes/faults.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';

const LOGIND =
  'busctl --system --no-pager call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListInhibitors';
const URL = 'http://prometheus:9090';
const firing = (...names: string[]) =>
  JSON.stringify({ status: 'success', data: { alerts: names.map((alertname) => ({ labels: { alertname }, state: 'firing' })) } });

interface Asked {
  readonly blockers?: object;
  readonly remedy?: string;
  readonly disruption?: Disruption;
  readonly host?: FakeNode;
  readonly annotations?: Readonly<Record<string, string>>;
}

async function holds({ blockers = {}, remedy = 'drain', disruption = 'workload', host = {}, annotations }: Asked) {
  const config = agentSchema().parse({ guards: { blockers } });
  const node = annotations === undefined ? undefined : { annotations };
  const held = await blockerHolds({ host: fakeNode(host), config, node: 'web-1' }, { remedy: { id: remedy }, disruption, node });
  return held.map(({ id, why }) => `${id}: ${why}`);
}

describe('blockerHolds', () => {
  it.each<[string, Asked, readonly unknown[]]>([
    ['nothing is configured', {}, []],
    ['it disrupts nothing', { blockers: { files: ['/x'] }, host: { files: { '/x': '' } }, disruption: 'local' }, []],
    ['a file is there', { blockers: { files: ['/x', '/y'] }, host: { files: { '/x': '' } } }, ['blocked: /x exists']],
    [
      'nobody answers',
      { blockers: { prometheus: { url: URL } } },
      [expect.stringContaining(`blocked: whether an alert fires is not known: Prometheus at ${URL}`)],
    ],
    [
      'an alert fires',
      { blockers: { prometheus: { url: `${URL}/` } }, host: { http: { [`${URL}/api/v1/alerts`]: firing('EtcdDown') } } },
      ['blocked: alert firing: EtcdDown'],
    ],
    [
      'a Prometheus has a certificate of somebody else',
      {
        blockers: { prometheus: { url: 'https://p', ca: '/ca.pem' } },
        host: {
          http: ({ authorities }) => {
            expect(authorities).toBe('/ca.pem');
            return { kind: 'untrusted', reason: 'its certificate is not trusted by /ca.pem' };
          },
        },
      },
      ['blocked: whether an alert fires is not known: Prometheus at https://p: its certificate is not trusted by /ca.pem'],
    ],
    ['no alert fires', { blockers: { prometheus: { url: URL } }, host: { http: { [`${URL}/api/v1/alerts`]: firing() } } }, []],
    [
      'pods cannot be asked for',
      { blockers: { pods: ['app=x'] } },
      [expect.stringContaining('blocked: whether a pod blocks is not known')],
    ],
    [
      'a pod is here',
      {
        blockers: { pods: ['app=x'] },
        host: {
          api: (path) => {
            expect(path).toContain('labelSelector=app%3Dx');
            expect(decodeURIComponent(path)).toContain('spec.nodeName=web-1,status.phase!=Succeeded,status.phase!=Failed');
            return { kind: 'response', status: 200, body: { items: [{ metadata: { namespace: 'n', name: 'p' } }] }, took: 1 };
          },
        },
      },
      ['blocked: a pod on this node: n/p'],
    ],
    [
      'a reboot is inhibited',
      { remedy: 'reboot', disruption: 'node', host: { commands: { [LOGIND]: 'a(ssssuu) 1 "shutdown" "rpm" "w" "block" 0 1' } } },
      ['inhibited: rpm blocks a shutdown: w'],
    ],
    [
      'a reboot is annotated',
      {
        remedy: 'reboot',
        disruption: 'node',
        annotations: { 'nodemend.io/no-reboot': 'true' },
        host: { commands: { [LOGIND]: 'a(ssssuu) 0' } },
      },
      [expect.stringContaining('inhibited')],
    ],
    ['a drain is not inhibited', { annotations: { 'nodemend.io/no-reboot': 'true' } }, []],
  ])('%s', async (_what, asked, expected) => expect(await holds(asked)).toEqual(expected));
});

describe('who is logged in', () => {
  const LIST = 'loginctl --no-legend --no-pager list-sessions';
  const show = (...ids: string[]) => `loginctl --no-pager show-session ${ids.join(' ')} -p Id -p Name -p Class -p State`;
  const users = async (commands: FakeNode['commands']) => {
    const host = fakeNode({ commands: { [LOGIND]: 'a(ssssuu) 0', ...commands } });
    return await readInhibitors(host, { files: [], users: true }, undefined);
  };

  it('is asked for by session', async () => {
    const commands = {
      [LIST]: ' 4 1000 eve seat0 tty2\nc1 42 gdm\n',
      [show('4', 'c1')]: 'Id=4\nName=eve\nClass=user\nState=active\n\nId=c1\nName=gdm\nClass=greeter\nState=online\n',
    };

    expect(await users(commands)).toMatchObject({ sessions: [{ user: 'eve', id: '4' }], unknown: [] });
  });

  it('is nobody where the list is empty', async () => {
    expect(await users({ [LIST]: '' })).toMatchObject({ sessions: [], unknown: [] });
  });

  it('is unknown where nobody says', async () => {
    expect((await users({})).unknown).toEqual([expect.stringContaining('who is logged in could not be read')]);
  });
});

describe('the decision', () => {
  it('asks the fleet, which takes a place, only when nothing blocks', async () => {
    const asked: string[] = [];
    const config = agentSchema().parse({
      ladders: { ContainerRuntimeUnhealthy: ['drain'] },
      remedies: { drain: { enabled: true } },
    });
    const decide = (held: readonly Hold[]) =>
      judgeProblem(standingOf(dockerHung()), undefined, {
        config,
        factOf: async () => undefined,
        history: () => ({ tried: false, attempts: 0, sinceLast: undefined }),
        guards: async () =>
          ({
            facts: { units: {} },
            unitFor: () => undefined,
            disruption: () => 'workload',
            lasting: () => 'workload',
            holds: () => [],
          }) as never,
        blockers: async () => held,
        fleet: async ({ remedy }) => {
          asked.push(remedy);
          return [];
        },
      });

    expect(await decide([{ id: 'blocked', why: 'an alert' }])).toMatchObject({ kind: 'hold', holds: [{ id: 'blocked' }] });
    expect(asked).toEqual([]);
    expect(await decide([])).toMatchObject({ kind: 'act' });
    expect(asked).toEqual(['drain']);
  });
});
