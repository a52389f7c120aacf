/** A process of its own, so that its time is not the command's: Nodes over TLS, in pages, each after the time etcd would take. */
import https from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { pki } from '../../test/fakes/kube-api.ts';
import { pagesOf } from './nodes.ts';

const [count = 5000, latency = 0] = process.argv.slice(2).map(Number);
const CHUNK = 500;
const pages = pagesOf(count, CHUNK, Date.now()).map((page) => Buffer.from(page));

const server = https.createServer({ cert: pki('server.crt'), key: pki('server.key') }, async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://x');
  const page = pages[Number(searchParams.get('continue') ?? 0)];
  if (pathname !== '/api/v1/nodes' || searchParams.get('limit') !== String(CHUNK) || page === undefined) {
    response.writeHead(400).end();
    return;
  }
  await setTimeout(latency);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length }).end(page);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(JSON.stringify({ port, bytes: pages.reduce((sum, { length }) => sum + length, 0) }));
});
