import { writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Trouble } from '../../test/drain/situation.ts';
import { troublemaker } from '../../test/drain/troubles.ts';

export interface Proxy {
  readonly kubeconfig: string;
  /** Names of pods that the server let be evicted or deleted. */
  readonly granted: ReadonlySet<string>;
  /** Writes, as `METHOD path status`. */
  readonly writes: readonly string[];
  /** Everything that was asked, discovery and reads too. */
  requests(): number;
  /** Resolves at the first eviction that was put off. */
  readonly firstRefusal: Promise<void>;
  /** Resolves when the tool begins to act. */
  readonly firstWrite: Promise<void>;
  close(): void;
}

export interface Upstream {
  readonly server: string;
  readonly options: https.RequestOptions;
}

const podOf = (path: string) => /\/pods\/([^/?]+)(?:\/eviction)?(?:\?|$)/.exec(path)?.[1];

/** Before the real API server: plays the situation's troubles, and remembers what was written. */
export async function proxyTo({ server, options }: Upstream, troubles: readonly Trouble[], file: string): Promise<Proxy> {
  const granted = new Set<string>();
  const writes: string[] = [];
  const { promise: firstRefusal, resolve: refused } = Promise.withResolvers<void>();
  const { promise: firstWrite, resolve: wrote } = Promise.withResolvers<void>();
  const trouble = troublemaker(troubles);
  const note = (method: string, path: string, status: number) => {
    if (method === 'GET') return;
    writes.push(`${method} ${path} ${status}`);
    wrote();
    const pod = podOf(path);
    if (pod === undefined || (method !== 'DELETE' && !path.includes('/eviction'))) return;
    if (status < 300) granted.add(pod);
    if (status === 429) refused();
  };
  let requests = 0;
  const proxy = http.createServer(async (request, response) => {
    requests += 1;
    const [method, path] = [request.method ?? 'GET', request.url ?? '/'];
    const body = (await buffer(request)).toString('latin1');
    const answer = trouble({ method, path });
    if (answer === 'reset') {
      request.socket.destroy();
      return;
    }
    if (answer !== undefined) {
      note(method, path, answer.status);
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body));
      return;
    }
    const { host: _, connection: __, ...headers } = request.headers;
    const onward = https.request(`${server}${path}`, { ...options, method, headers }, (reply) => {
      note(method, path, reply.statusCode ?? 0);
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(Buffer.from(body, 'latin1'));
  });
  proxy.on('clientError', () => undefined);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(file, JSON.stringify(config));
  return {
    kubeconfig: file,
    granted,
    writes,
    requests: () => requests,
    firstRefusal,
    firstWrite,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
