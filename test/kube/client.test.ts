import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clusterClient } from '../../lib/kube/client.ts';
import type { KubeletPlaces } from '../../lib/model/kubelet-places.ts';
import { connectProxy, type FakeApiOptions, fakeApi, pki, pkiPath, silentServer } from '../fakes/kube-api.ts';
import { CA, CLIENT, identityOptions, type Parts, sandboxHost, temporaryDirectory, writeKubeconfig } from './kubeconfig-files.ts';

const TOKEN = ['token: s3cret-token'];
const PATIENT = 5000;
const BRIEF = 1000;

async function api(options?: FakeApiOptions) {
  const server = await fakeApi(options);
  onTestFinished(() => server.close());
  return server;
}

const clientOf = (parts: Parts, places?: KubeletPlaces) => clusterClient(identityOptions(writeKubeconfig(parts), {}, places));
const get = (client: ReturnType<typeof clusterClient>, deadline = PATIENT) =>
  client.apiGet({ path: '/api/v1/nodes/a?x=1', deadline });

describe('apiGet', () => {
  it('asks with the client certificate and gives body, status and the server’s clock', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const server = await api({ reply: () => ({ status: 200, body: { kind: 'Node' }, headers: { date } }) });

    const answer = await get(clientOf({ server: server.url }));

    expect(answer).toMatchObject({ kind: 'response', status: 200, body: { kind: 'Node' }, date: Date.parse(date) });
    expect(server.requests).toMatchObject([
      { path: '/api/v1/nodes/a?x=1', client: 'system:node:Node-A', authorization: undefined },
    ]);
  });

  it('takes a deadline that is a fraction: what is left of another one', async () => {
    const server = await api();

    expect(await get(clientOf({ server: server.url }), 4999.25)).toMatchObject({ kind: 'response' });
  });

  it('keeps the path of a server behind a gateway', async () => {
    const server = await api();

    await get(clientOf({ server: `${server.url}/k8s/clusters/c-1/` }));

    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/nodes/a?x=1');
  });

  it('sends a token of the kubeconfig, of a file, and of a file that changed', async () => {
    const server = await api();
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'token'), 'first\n');
    const client = clusterClient(identityOptions(writeKubeconfig({ server: server.url, user: ['tokenFile: token'] }, directory)));
    await get(clientOf({ server: server.url, user: TOKEN }));
    await get(client);

    writeFileSync(join(directory, 'token'), 'the second\n'.replace(' ', '-'));
    await get(client);

    const sent = server.requests.map(({ authorization }) => authorization);
    expect(sent).toEqual(['Bearer s3cret-token', 'Bearer first', 'Bearer the-second']);
  });

  it('keeps one connection for one request after another', async () => {
    const server = await api();
    const client = clientOf({ server: server.url });

    for (let round = 0; round < 5; round++) await get(client);

    expect(server.connections()).toEqual({ made: 1, open: 1 });
  });

  it('keeps one connection of many that were needed at once', async () => {
    const server = await api();
    const client = clientOf({ server: server.url });

    const answers = await Promise.all(Array.from({ length: 12 }, () => get(client)));
    await expect.poll(() => server.connections().open).toBe(1);

    expect(answers.map(({ kind }) => kind)).toEqual(Array.from({ length: 12 }, () => 'response'));
  });

  it('asks again when the server has closed the kept connection', async () => {
    const server = await api();
    const client = clientOf({ server: server.url });
    await get(client);
    server.closeConnections();

    expect(await get(client)).toMatchObject({ kind: 'response', status: 200 });
  });

  it('uses a client certificate that was rotated from the next request on', async () => {
    const server = await api();
    const directory = temporaryDirectory();
    const [cert, key] = [join(directory, 'current.crt'), join(directory, 'current.key')];
    const take = (name: string) => {
      copyFileSync(pkiPath(`${name}.crt`), cert);
      copyFileSync(pkiPath(`${name}.key`), key);
    };
    take('client');
    const client = clientOf({ server: server.url, user: [`client-certificate: ${cert}`, `client-key: ${key}`] });
    await get(client);
    await get(client);

    take('client-rotated');
    await get(client);

    const [first, second, third] = server.requests.map(({ serial }) => serial);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it.each([401, 403, 404, 429, 500, 503])('gives %i as an answer', async (status) => {
    const server = await api({ reply: () => ({ status, body: { kind: 'Status', code: status } }) });

    expect(await get(clientOf({ server: server.url }))).toMatchObject({ kind: 'response', status, body: { code: status } });
  });

  it('gives the words of a proxy that answers no JSON', async () => {
    const server = await api({ reply: () => ({ status: 502, body: '<html>Bad Gateway</html>' }) });

    expect(await get(clientOf({ server: server.url }))).toMatchObject({ status: 502, body: '<html>Bad Gateway</html>' });
  });

  it.each(['{"kind":', '', 'OK'])('takes %j for no answer of an API server', async (body) => {
    const server = await api({ reply: () => ({ status: 200, body }) });

    expect(await get(clientOf({ server: server.url }))).toEqual({ kind: 'failed', code: 'the answer is not JSON' });
  });

  it('refuses an answer beyond 16 MiB', async () => {
    const server = await api({ reply: () => ({ status: 200, body: `"${'x'.repeat(17 * 1024 * 1024)}"` }) });

    expect(await get(clientOf({ server: server.url }))).toEqual({ kind: 'failed', code: 'the answer is larger than 16 MiB' });
  });

  it.each(['hang', 'drip'] as const)('ends at its deadline when the server says %s', async (reply) => {
    const server = await api({ reply: () => reply });

    expect(await get(clientOf({ server: server.url }), BRIEF)).toEqual({ kind: 'timed-out', after: BRIEF, connected: true });
    await expect.poll(() => server.connections().open).toBe(0);
  });

  it('ends at its deadline, and hangs up, when the handshake never ends', async () => {
    const server = await silentServer();
    onTestFinished(() => server.close());

    expect(await get(clientOf({ server: server.url }), BRIEF)).toEqual({ kind: 'timed-out', after: BRIEF, connected: true });
    await expect.poll(() => server.connections().open).toBe(0);
  });

  it('ends every request at its deadline when all hang', async () => {
    const server = await api({ reply: () => 'hang' });
    const client = clientOf({ server: server.url });

    const answers = await Promise.all(Array.from({ length: 9 }, () => get(client, BRIEF)));

    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['timed-out']));
  });

  it('says refused when nobody listens', async () => {
    const server = await fakeApi();
    await server.close();

    expect(await get(clientOf({ server: server.url }))).toEqual({ kind: 'refused' });
  });

  it('gives a connection that was reset as a failure', async () => {
    const server = await api({ reply: () => 'reset' });

    expect(await get(clientOf({ server: server.url }))).toEqual({ kind: 'failed', code: 'ECONNRESET' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['of another CA', 'stranger'],
    ['that has expired', 'expired'],
    ['of another name', 'elsewhere'],
    ['for clients', 'client'],
  ])('sends nothing to a server with a certificate %s', async (_case, certificate) => {
    const server = await api({ certificate });

    expect(await get(clientOf({ server: server.url, user: TOKEN }))).toMatchObject({ kind: 'untrusted' });
    expect(server.requests).toEqual([]);
  });

  it('sends nothing to a server of our CA when the kubeconfig names none', async () => {
    const server = await api();

    expect(await get(clientOf({ server: server.url, user: TOKEN, cluster: [] }))).toMatchObject({ kind: 'untrusted' });
    expect(server.requests).toEqual([]);
  });

  it('takes the name of tls-server-name', async () => {
    const server = await api({ certificate: 'elsewhere' });
    const cluster = [...CA, 'tls-server-name: elsewhere.example'];

    expect(await get(clientOf({ server: server.url, cluster }))).toMatchObject({ kind: 'response' });
  });

  it('sends no token to a server that the kubeconfig would not have verified', async () => {
    const server = await api({ certificate: 'stranger' });
    const cluster = ['insecure-skip-tls-verify: true'];

    expect(await get(clientOf({ server: server.url, cluster, user: TOKEN }))).toMatchObject({ kind: 'untrusted' });
    expect(server.requests).toEqual([]);
    expect(await get(clientOf({ server: server.url, cluster, user: CLIENT }))).toMatchObject({ kind: 'response' });
  });

  it('goes through the proxy of proxy-url, which sees no token', async () => {
    const [server, proxy] = [await api(), await connectProxy()];
    onTestFinished(() => proxy.close());
    const client = clientOf({ server: server.url, cluster: [...CA, `proxy-url: ${proxy.url}`], user: TOKEN });

    expect(await get(client)).toMatchObject({ kind: 'response', status: 200 });
    expect(proxy.targets).toEqual([`127.0.0.1:${server.port}`]);
    expect(server.requests).toMatchObject([{ authorization: 'Bearer s3cret-token' }]);
  });

  it('judges the certificate behind a proxy too', async () => {
    const [server, proxy] = [await api({ certificate: 'stranger' }), await connectProxy()];
    onTestFinished(() => proxy.close());
    const client = clientOf({ server: server.url, cluster: [...CA, `proxy-url: ${proxy.url}`], user: TOKEN });

    expect(await get(client)).toMatchObject({ kind: 'untrusted' });
    expect(server.requests).toEqual([]);
  });

  it('never waits longer than its deadline for a file or a plugin', async () => {
    const host = sandboxHost({ readFile: () => new Promise(() => undefined) });
    const client = clusterClient(identityOptions('/x', { host }));

    expect(await get(client, BRIEF)).toEqual({ kind: 'failed', code: 'the credential was not read in time' });
  });

  it('says why it has no identity', async () => {
    const none = clusterClient({ host: sandboxHost(), kubelet: async () => ({}) });
    const broken = clusterClient(identityOptions('/nowhere/kubeconfig'));

    expect(await get(none)).toEqual({ kind: 'no-identity', reason: 'no kubeconfig: this host has not joined a cluster' });
    expect(await get(broken)).toEqual({ kind: 'no-identity', reason: '/nowhere/kubeconfig: does not exist' });
  });
});

describe('apiSend', () => {
  const write = { path: '/api/v1/nodes/a/status', deadline: PATIENT, body: '{"status":{}}' };

  it.each([
    ['PATCH', 'application/strategic-merge-patch+json'],
    ['POST', 'application/json'],
  ] as const)('sends a %s with its body as %s', async (method, contentType) => {
    const server = await api();

    const answer = await clientOf({ server: server.url }).apiSend({ ...write, method });

    expect(answer).toMatchObject({ kind: 'response', status: 200 });
    expect(server.requests).toMatchObject([{ method, contentType, path: write.path, body: write.body }]);
  });

  it('shares the kept connection with what is read, and survives its closing', async () => {
    const server = await api();
    const client = clientOf({ server: server.url });
    await get(client);
    await client.apiSend({ ...write, method: 'PATCH' });
    expect(server.connections().made).toBe(1);
    server.closeConnections();

    expect(await client.apiSend({ ...write, method: 'PATCH' })).toMatchObject({ kind: 'response', status: 200 });
    expect(server.requests.at(-1)).toMatchObject({ method: 'PATCH', body: write.body });
  });

  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', undefined],
    ['-3', undefined],
  ])('understands Retry-After: %s', async (value, retryAfter) => {
    const server = await api({ reply: () => ({ status: 429, body: '{}', headers: { 'retry-after': value } }) });

    const answer = await clientOf({ server: server.url }).apiSend({ ...write, method: 'PATCH' });

    expect(answer).toMatchObject({ kind: 'response', status: 429 });
    expect(answer.kind === 'response' && answer.retryAfter).toBe(retryAfter);
  });

  it('ends at its deadline when the server takes the body and says nothing', async () => {
    const server = await api({ reply: () => 'hang' });

    const answer = await clientOf({ server: server.url }).apiSend({ ...write, method: 'PATCH', deadline: BRIEF });

    expect(answer).toMatchObject({ kind: 'timed-out', connected: true });
  });
});

describe('trustedGet', () => {
  function kubeletPlaces(serving: string): KubeletPlaces {
    const certDirectory = temporaryDirectory();
    writeFileSync(join(certDirectory, 'kubelet.crt'), pki(`${serving}.crt`));
    return { certDirectory };
  }
  const ask = (client: ReturnType<typeof clusterClient>, url: string) =>
    client.trustedGet({ url: `${url}/metrics`, tls: 'cluster', deadline: PATIENT });

  it('sends the token to a server that holds the kubelet’s own certificate, even one that has expired', async () => {
    const server = await api({ certificate: 'kubelet', reply: () => ({ status: 403, body: 'Forbidden' }) });

    const answer = await ask(clientOf({ server: 'https://127.0.0.1:1', user: TOKEN }, kubeletPlaces('kubelet')), server.url);

    expect(answer).toMatchObject({ kind: 'response', status: 403, body: 'Forbidden', truncated: false });
    expect(server.requests).toMatchObject([{ path: '/metrics', authorization: 'Bearer s3cret-token' }]);
  });

  it('finds it by --tls-cert-file', async () => {
    const server = await api({ certificate: 'kubelet' });
    const client = clientOf({ server: 'https://127.0.0.1:1', user: TOKEN }, { tlsCertFile: pkiPath('kubelet.crt') });

    expect(await ask(client, server.url)).toMatchObject({ kind: 'response' });
  });

  it.each(['server', 'elsewhere'])('sends it to a server whose certificate (%s) the cluster’s CA signed', async (certificate) => {
    const server = await api({ certificate });

    await ask(clientOf({ server: 'https://127.0.0.1:1', user: TOKEN }), server.url);

    expect(server.requests).toMatchObject([{ authorization: 'Bearer s3cret-token' }]);
  });

  it.each([
    ['of another CA', 'stranger'],
    ['signed by what signed the kubelet’s own', 'kubelet-sibling'],
    ['of the CA, expired', 'expired'],
    ['of the CA, for clients', 'client'],
  ])('sends nothing to a server with a certificate %s', async (_case, certificate) => {
    const server = await api({ certificate });
    const client = clientOf({ server: 'https://127.0.0.1:1', user: TOKEN }, kubeletPlaces('kubelet'));

    expect(await ask(client, server.url)).toMatchObject({ kind: 'untrusted' });
    expect(server.requests).toEqual([]);
  });

  it('sends nothing without TLS', async () => {
    const client = clientOf({ server: 'https://127.0.0.1:1', user: TOKEN });

    expect(await ask(client, 'http://127.0.0.1:10255')).toMatchObject({ kind: 'untrusted' });
  });

  it('does not take the public authorities for the cluster’s', async () => {
    const server = await api({ certificate: 'server' });

    expect(await ask(clientOf({ server: server.url, cluster: [], user: TOKEN }), server.url)).toMatchObject({
      kind: 'untrusted',
    });
  });

  it('cuts what is longer than asked for', async () => {
    const server = await api({ reply: () => ({ status: 200, body: 'x'.repeat(100) }) });
    const client = clientOf({ server: 'https://127.0.0.1:1' });

    const answer = await client.trustedGet({ url: server.url, tls: 'cluster', deadline: PATIENT, maxBytes: 10 });

    expect(answer).toMatchObject({ kind: 'response', body: 'x'.repeat(10), truncated: true });
  });
});
