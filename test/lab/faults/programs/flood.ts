/**
 * A program of its own, on the machine: keeps a daemon's socket busy with more calls than it can answer. Reached through
 * the host's PID 1: a path to a socket leads there whatever the network namespace.
 */
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [protocol, socketPath = ''] = process.argv.slice(2);

/** Lists of all containers, each over its own connection. */
function askDocker(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const call = request({ socketPath, path: '/containers/json?all=1', agent: false }, (answer) => answer.resume());
  call.on('error', () => undefined);
  call.on('close', resolve);
  call.end();
  return promise;
}

/** The runtime's status with its configuration: the dearest question that touches no container. */
function askCri(): () => Promise<void> {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socketPath) });
  session.on('error', () => process.exit(1));
  const headers = {
    ':method': 'POST',
    ':path': '/runtime.v1.RuntimeService/Status',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  return () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stream = session.request(headers);
    stream.on('error', () => undefined).on('close', resolve);
    // One message of two bytes, not compressed: verbose = true.
    stream.resume().end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
    return promise;
  };
}

async function askForEver(ask: () => Promise<void>): Promise<never> {
  for (;;) {
    await ask();
    await sleep(100);
  }
}

/** Connections, not calls on one: a daemon shares its time among them, and who comes new is one of many. */
const crowd = 1200;
await Promise.all(Array.from({ length: crowd }, () => askForEver(protocol === 'docker' ? askDocker : askCri())));
