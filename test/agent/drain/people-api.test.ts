import { writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { peopleApi } from '../../../agent/drain/people-api.ts';
import { AgentError } from '../../../lib/errors.ts';
import { type FakeApiOptions, fakeApi, silentServer } from '../../fakes/kube-api.ts';
import { kubeconfigText, temporaryDirectory, writeKubeconfig } from '../../kube/kubeconfig-files.ts';

async function server(reply: FakeApiOptions['reply']) {
  const api = await fakeApi(reply === undefined ? {} : { reply });
  onTestFinished(() => api.close());
  return api;
}
const get = { method: 'GET', path: '/api/v1/nodes/n', deadline: 5000 } as const;

describe('peopleApi', () => {
  it("sends a person's credential, and the body of a DELETE whole", async () => {
    const api = await server(() => ({ status: 200, body: {} }));
    const ask = await peopleApi([writeKubeconfig({ server: api.url })], {});

    await ask({ method: 'DELETE', path: '/x', body: '{"preconditions":{"uid":"1"}}', deadline: 5000 });
    await ask({ ...get, metadataOnly: true });

    expect(api.requests.map(({ method, body }) => `${method} ${body}`)).toEqual(['DELETE {"preconditions":{"uid":"1"}}', 'GET ']);
    expect(api.requests[0]?.client ?? api.requests[0]?.authorization).toBeDefined();
    expect(api.connections().made).toBe(1);
  });

  it('reads the kubeconfig again when the credential is refused, once', async () => {
    const api = await server((_, { authorization }) => ({ status: authorization === 'Bearer new' ? 200 : 401, body: {} }));
    const directory = temporaryDirectory();
    const file = writeKubeconfig({ server: api.url, user: ['token: old'] }, directory);
    const ask = await peopleApi([file], {});

    expect(await ask(get)).toMatchObject({ status: 401 });
    expect(api.requests).toHaveLength(2);
    writeFileSync(file, kubeconfigText({ server: api.url, user: ['token: new'] }));
    expect(await ask(get)).toMatchObject({ status: 200 });
  });

  it('ends by its deadline where nobody answers, and says so where nobody listens', async () => {
    const silent = await silentServer();
    onTestFinished(() => silent.close());

    expect(await (await peopleApi([writeKubeconfig({ server: silent.url })], {}))({ ...get, deadline: 200 })).toMatchObject({
      kind: 'timed-out',
    });
    expect(await (await peopleApi([writeKubeconfig({ server: 'https://127.0.0.1:1' })], {}))(get)).toEqual({ kind: 'refused' });
  });

  it('sends again what a kept connection lost', async () => {
    const api = await server(() => ({ status: 200, body: {} }));
    const ask = await peopleApi([writeKubeconfig({ server: api.url })], {});
    await ask(get);
    api.closeConnections();

    expect(await ask(get)).toMatchObject({ kind: 'response', status: 200 });
  });

  it('takes a cluster of one file and a user of the next, and refuses what leads nowhere', async () => {
    const directory = temporaryDirectory();
    const broken = `${directory}/broken`;
    writeFileSync(broken, '{"kind":"Config","clusters":[],"contexts":[],"users":[]}');
    const good = writeKubeconfig({ server: 'https://127.0.0.1:1' });

    await expect(peopleApi([broken], {})).rejects.toThrow(AgentError);
    await expect(peopleApi([`${directory}/missing`], {})).rejects.toThrow('missing');
    await expect(peopleApi([good], { context: 'nobody' })).rejects.toThrow('no context "nobody"');
    await expect(peopleApi([good, broken], {})).resolves.toBeTypeOf('function');
  });
});
