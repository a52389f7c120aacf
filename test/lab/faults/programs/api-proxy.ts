/** A program of its own, on the machine: stands in for the API server as one host sees it. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [mode, address = '', port = '', pki = ''] = process.argv.slice(2);
const listen = { host: address, port: Number(port) };
const delayMs = 3000;

/** Every answer comes late; what the client says goes through at once. */
function delay(client: Socket): void {
  const server = connect({ host: address, port: 6443 });
  for (const side of [client, server]) side.on('error', () => [client, server].forEach((one) => void one.destroy()));
  client.pipe(server);
  server.on('close', () => client.destroy());
  server.on('data', async (chunk: Buffer) => {
    await sleep(delayMs);
    if (!client.destroyed) client.write(chunk);
  });
}

const denial = JSON.stringify({
  ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403 },
  message: 'forbidden: User "system:node" cannot do anything at all',
});

switch (mode) {
  case 'slow':
    createTcpServer(delay).listen(listen);
    break;
  case 'hanging':
    createTcpServer((client) => client.on('error', () => undefined).resume()).listen(listen);
    break;
  case 'denying': {
    const file = (name: string): Buffer => readFileSync(join(pki, name));
    const server = createServer({ cert: file('apiserver.crt'), key: file('apiserver.key') }, (_, answer) => {
      answer.writeHead(403, { 'content-type': 'application/json' }).end(denial);
    });
    server.listen(listen);
    break;
  }
  default:
    throw new Error(`unknown mode ${mode}`);
}
