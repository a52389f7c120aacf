import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../agent/configuration.ts';
import { retire } from '../../agent/retire.ts';
import type { ApiAnswer, IdentityAnswer } from '../../lib/host/host.ts';
import { nodeIdentity } from '../fakes/identity.ts';
import { fakeNode } from '../fakes/node.ts';
import { fakeTerminal } from '../fakes/terminal.ts';
import { checkState, problemState, snapshot } from '../fakes/tidings.ts';

const identity = nodeIdentity('web-1');

const checks = [checkState({ conditions: ['PLEGUnhealthy'] }), checkState({ conditions: ['ContainerRuntimeUnhealthy'] })];
const last = snapshot({ node: 'web-1', checks, problems: [problemState({ type: 'OwnDeclared' })] });
const FILES = { '/run/nodemend/status.json': JSON.stringify(last) };

async function retired(answer: ApiAnswer, files: Readonly<Record<string, string>> = FILES, who: IdentityAnswer = identity) {
  const { terminal, out, err } = fakeTerminal();
  const cluster = {
    apiGet: async () => answer,
    apiSend: async () => answer,
    trustedGet: async () => ({ kind: 'refused' }) as const,
    clusterIdentity: async () => who,
  };
  const status = await retire({ host: fakeNode({ files }), cluster }, defaultConfig(), terminal);
  return { status, said: `${out()}${err()}` };
}

const response = (status: number, body: unknown): ApiAnswer => ({ kind: 'response', status, body, took: 1 });
const LATE = { kind: 'timed-out', after: 5000, connected: false } as const;

/** The patch of the command that was printed, as a shell would hand it over. */
function patchIn(said: string): unknown {
  const command = /kubectl patch node .*/.exec(said)?.[0] ?? expect.fail(said);
  const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command.replace(/^kubectl /, '')}`], { encoding: 'utf8' });
  expect(words.split('\n').slice(0, 5)).toEqual(['patch', 'node', 'web-1', '--subresource=status', '--type=strategic']);
  return JSON.parse(words.split('\n')[6] ?? '');
}

describe('agent --retire', () => {
  it('says what is left, and the one command that takes it away, when nobody answers', async () => {
    const { status, said } = await retired(LATE);

    expect(status).toBe(75);
    expect(said).toContain('could not be taken back: timed-out');
    expect(patchIn(said)).toEqual({
      metadata: {
        annotations: {
          'nodemend.io/health': null,
          'nodemend.io/summary': null,
          'nodemend.io/report': null,
          'nodemend.io/last-remedy': null,
        },
      },
      status: {
        conditions: ['ContainerRuntimeUnhealthy', 'OwnDeclared', 'PLEGUnhealthy'].map((type) => ({ type, $patch: 'delete' })),
      },
    });
  });

  it('names the cordon where a drain of its own was under way, and the Node where its identity is broken', async () => {
    const files = { ...FILES, '/var/lib/nodemend/move-work/record.json': '{}' };
    const { said } = await retired(LATE, files, { kind: 'unusable', file: '/f', reason: 'it is no YAML' });

    expect(said).toContain('could not be taken back: it is no YAML');
    expect(said).toContain("kubectl uncordon 'web-1'");
    expect(JSON.stringify(patchIn(said))).toContain('DrainScheduled');
  });

  it('says so where its last status is lost', async () => {
    expect((await retired(LATE, {})).said).toContain('which conditions is not known any more');
  });

  it('is done where the Node is gone, and where nothing was ever written', async () => {
    expect(await retired(response(404, { kind: 'Status', message: 'nodes "web-1" not found' }))).toEqual({
      status: 0,
      said: 'the Node is gone, and with it what was written there\n',
    });
    expect((await retired(LATE, FILES, { kind: 'none', reason: 'no kubeconfig' })).status).toBe(0);
  });

  it('takes it back where somebody answers', async () => {
    const node = { kind: 'Node', metadata: { name: 'web-1', annotations: {} }, status: { conditions: [] } };
    expect(await retired(response(200, node))).toEqual({
      status: 0,
      said: 'conditions and annotations were taken back from the Node\n',
    });
  });
});
