import { afterEach, describe, expect, it } from 'vitest';
import { criClient } from '../../../lib/host/cri/call.ts';
import { connect } from '../../../lib/host/cri/connection.ts';
import { keptConnections } from '../../../lib/host/cri/kept.ts';
import { methods } from '../../../lib/host/cri/messages.ts';
import { encode } from '../../../lib/host/cri/wire.ts';
import { type CriServer, criServer, type Handler, reply } from './server.ts';

let servers: CriServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

const message = encode(methods['RuntimeService/Version']?.response ?? {}, {
  runtimeName: 'containerd',
  runtimeVersion: '1.6.20',
});
const version: Handler = (stream) => reply(stream, message);

async function serving(handler: Handler): Promise<CriServer> {
  const server = await criServer(handler);
  servers.push(server);
  return server;
}

describe('a kept connection', () => {
  it('serves one call after the other, and is not shared by two at once', async () => {
    const sessions = new Set<unknown>();
    const { socketPath } = await serving((stream, headers, body) => {
      sessions.add(stream.session);
      version(stream, headers, body);
    });
    const call = criClient();
    const ask = (kept = true) => call({ socketPath, service: 'RuntimeService', method: 'Version', deadline: 10_000, kept });

    for (let time = 0; time < 3; time += 1) expect(await ask()).toMatchObject({ kind: 'response' });
    expect(sessions.size).toBe(1);
    await Promise.all([ask(), ask()]);
    expect(sessions.size).toBe(2);
    await ask(false);
    expect(sessions.size).toBe(3);
  });

  it('is given up with a call that got no answer', async () => {
    let silent = false;
    const sessions = new Set<unknown>();
    const { socketPath } = await serving((stream, headers, body) => {
      sessions.add(stream.session);
      if (!silent) version(stream, headers, body);
    });
    const call = criClient();
    // What is answered at all has time, however busy this machine is.
    const ask = (deadline = 10_000) => call({ socketPath, service: 'RuntimeService', method: 'Version', deadline, kept: true });
    expect(await ask()).toMatchObject({ kind: 'response' });
    silent = true;

    expect(await ask(200)).toEqual({ kind: 'timed-out', after: 200, connected: true });
    silent = false;
    expect(await ask()).toMatchObject({ kind: 'response' });
    expect(sessions.size).toBe(2);
  });

  it('says that a runtime is down as soon as nobody listens', async () => {
    const server = await criServer(version);
    const call = criClient();
    const ask = () =>
      call({ socketPath: server.socketPath, service: 'RuntimeService', method: 'Version', deadline: 1000, kept: true });
    await ask();
    await server.close();

    expect(await ask()).toEqual({ kind: 'missing' });
  });

  it('does not live for ever: a server that accepts nobody would go unnoticed', async () => {
    const { socketPath } = await serving(version);
    const connection = connect(socketPath, 4096);
    await connection.connected;
    let now = 0;
    const kept = keptConnections(() => now);

    expect(kept.keep(socketPath, connection)).toBe(true);
    expect(kept.take(socketPath)).toBe(connection);
    now = 60_000;
    expect(kept.keep(socketPath, connection)).toBe(false);
    connection.end();
  });
});
