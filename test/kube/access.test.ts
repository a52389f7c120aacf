import { describe, expect, it } from 'vitest';
import type { ApiAnswer, IdentityAnswer } from '../../lib/host/host.ts';
import { readAccess } from '../../lib/kube/access.ts';
import type { ApiWrite } from '../../lib/kube/client.ts';
import { nodeIdentity } from '../fakes/identity.ts';

const IDENTITY = nodeIdentity('a');
const answer = (body: unknown, status = 201): ApiAnswer => ({ kind: 'response', status, body, took: 1 });

async function access(reply: (sent: ApiWrite) => ApiAnswer, identity: IdentityAnswer = IDENTITY) {
  return await readAccess({ clusterIdentity: async () => identity, apiSend: async (sent) => reply(sent) });
}

describe('what an identity may do', () => {
  it('is asked of the API server, in its own words, about its own Node', async () => {
    const report = await access(({ body }) => {
      const { spec } = JSON.parse(body);
      return answer({
        status: { allowed: spec.resourceAttributes.resource === 'nodes' && spec.resourceAttributes.name === 'a' },
      });
    });

    expect(report).toMatchObject({ user: 'system:node:a', origin: 'kubelet', node: 'a' });
    expect(report?.access.filter(({ allowed }) => allowed).map(({ what }) => what)).toEqual([
      'read its Node',
      'report on its Node',
      'cordon its Node',
    ]);
  });

  it.each<[string, ApiAnswer]>([
    ['hangs', { kind: 'timed-out', after: 3000, connected: true }],
    ['refuses', answer({}, 403)],
    ['fails', answer({}, 500)],
    ['talks nonsense', answer('moo')],
    ['says neither', answer({ status: {} })],
  ])('is not known where the server %s', async (_, reply) => {
    expect((await access(() => reply))?.access.every(({ allowed }) => allowed === null)).toBe(true);
  });

  it('is nothing without an identity', async () => {
    expect(await access(() => answer({}), { kind: 'none', reason: 'no kubeconfig' })).toBeUndefined();
  });
});
