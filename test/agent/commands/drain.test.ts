import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../agent/arguments.ts';
import { cordon } from '../../../agent/commands/cordon.ts';
import { drain } from '../../../agent/commands/drain.ts';
import { uncordon } from '../../../agent/commands/uncordon.ts';
import { AgentError } from '../../../lib/errors.ts';
import type { Situation } from '../../drain/situation.ts';
import { drainApi } from '../../fakes/drain-api.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';
import { writeKubeconfig } from '../../kube/kubeconfig-files.ts';

const pods = [
  { name: 'a', labels: { app: 'web' } },
  { name: 'bare', owner: 'nobody' },
] as const;
const two: Situation = { name: 'two', pods, fails: true, gone: [] };

async function type(situation: Situation, ...lines: readonly string[]) {
  const api = await drainApi(situation, () => Date.now());
  const kubeconfig = writeKubeconfig({ server: api.server.url });
  const { terminal, out, err } = fakeTerminal();
  let status = 0;
  for (const line of lines) {
    const { command, options, positionals } = parseArguments([cordon, drain, uncordon], line.split(' '));
    status = await command.run({ options: { ...options, kubeconfig }, positionals, terminal });
  }
  return { api, out: out(), err: err(), status };
}

describe('drain', () => {
  it('says on stdout what kubectl says, and why not on stderr', async () => {
    const refused = await type(two, 'drain node');
    const done = await type(two, 'drain node --force --placement=off');

    expect([refused.status, refused.out]).toEqual([1, 'node/node cordoned\n']);
    expect(refused.err).toContain('cannot delete Pods that declare no controller (use --force to override): own-ns/bare');
    expect(refused.err).toContain('cordoned: node; undo: nodemend uncordon node\n');
    expect(done.status).toBe(0);
    expect(done.out.split('\n').toSorted().filter(Boolean)).toEqual([
      'evicting pod own-ns/a',
      'evicting pod own-ns/bare',
      'node/node cordoned',
      'node/node drained',
      'pod/a evicted',
      'pod/bare evicted',
    ]);
    expect(done.err).toBe('Warning: deleting Pods that declare no controller: own-ns/bare\n');
  });

  it('changes nothing in a dry run', async () => {
    const { api, out, status } = await type(two, 'drain node --force --placement=off --dry-run');

    expect([status, api.gone.size, api.isCordoned('node')]).toEqual([0, 0, false]);
    expect(out).toBe(
      'node/node cordoned (dry run)\nevicting pod own-ns/a (dry run)\nevicting pod own-ns/bare (dry run)\nnode/node drained (dry run)\n',
    );
  });

  it('prints one JSON document per line, the result last, with --json', async () => {
    const lines = async (line: string) =>
      (await type(two, line)).out
        .trim()
        .split('\n')
        .map((one) => JSON.parse(one) as { event: string });
    const last = (await lines('drain node --json')).at(-1);

    expect(last).toMatchObject({
      event: 'result',
      kind: 'DrainReport',
      exitStatus: 1,
      cordoned: ['node'],
      nodes: [{ node: 'node', drained: false }],
    });
    expect(await lines('drain nobody --json')).toMatchObject([{ event: 'result', exitStatus: 1, nodes: [] }]);
  });

  it.each([
    'drain n --timeout=soon',
    'drain n --grace-period=1.5',
    'drain n --chunk-size=-1',
    'drain n --dry-run=maybe',
    'drain n -l a=b',
    'drain --pod-selector=a===',
    'drain n --mode=gentle',
    'drain n --accept-gap',
    'drain n --mode=evict --at-once=2',
    'drain n --mode=surge --at-once=0',
    'drain n --mode=surge --surge-timeout=0',
    'drain n --mode=surge --disable-eviction',
  ])('asks nothing of a cluster when the words are wrong: %s', async (line) => {
    await expect(type(two, line)).rejects.toThrow(AgentError);
  });
});

describe('cordon and uncordon', () => {
  it('carry the owner there and back', async () => {
    const there = await type(two, 'cordon node', 'cordon node');
    const back = await type(two, 'cordon node', 'uncordon node', 'uncordon node');

    expect(there.out).toBe('node/node cordoned\nnode/node already cordoned\n');
    expect(there.api.annotation('node')).toMatch(/^person: .+ with nodemend cordon, \d{4}-/);
    expect(back.out).toBe('node/node cordoned\nnode/node uncordoned\nnode/node already uncordoned\n');
    expect(back.err).toMatch(/it was cordoned by person: /);
    expect(back.api.annotation('node')).toBeNull();
  });

  it('fail where the server refuses', async () => {
    const answer = { status: 403, body: { message: 'nodes "node" is forbidden' } };
    const { err, status } = await type({ ...two, troubles: [{ on: 'patch node', answer }] }, 'cordon node');

    expect([status, err]).toEqual([1, 'error: unable to cordon node "node": nodes "node" is forbidden\n']);
  });
});
