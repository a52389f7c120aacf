import http from 'node:http';
import type { HostView } from '../../../lib/host/host.ts';
import { MiB, seconds } from '../../../lib/model/units.ts';
import { type Refused, RuntimeSilent } from './runtime.ts';

/** Layers of a large image are unlinked one by one. */
const DELETE_WITHIN = seconds(60);

export async function dockerGet(host: HostView, socketPath: string, path: string): Promise<unknown> {
  const url = `http://localhost${path}`;
  const answer = await host.httpGet({ socketPath, url, deadline: seconds(10), maxBytes: 16 * MiB });
  if (answer.kind !== 'response') throw new RuntimeSilent(`docker ${path}: ${answer.kind}`);
  if (answer.status !== 200 || answer.truncated) throw new RuntimeSilent(`docker ${path}: HTTP ${answer.status}`);
  try {
    return JSON.parse(answer.body);
  } catch {
    throw new RuntimeSilent(`docker ${path}: no JSON`);
  }
}

function whyRefused(status: number, body: string): Refused {
  // 404: gone already.
  if (status === 200 || status === 204 || status === 404) return undefined;
  const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? '';
  return said === '' ? `HTTP ${status}` : said.slice(0, 160);
}

/** DELETE; docker itself refuses what is in use (409) when it is not told to force it. */
export async function dockerDelete(socketPath: string, path: string): Promise<Refused> {
  const { promise, resolve } = Promise.withResolvers<Refused>();
  const signal = AbortSignal.timeout(DELETE_WITHIN);
  const request = http.request({ socketPath, path, method: 'DELETE', headers: { host: 'localhost' }, signal }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', (error) => resolve(error.message));
    response.on('end', () => resolve(whyRefused(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))));
  });
  request.on('error', (error) => resolve(signal.aborted ? `no answer within ${DELETE_WITHIN / 1000} s` : error.message));
  request.end();
  return await promise;
}
