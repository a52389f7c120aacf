import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { Lab } from '../../test/lab/lab.ts';

/** klog's verbosity of the API server while it runs: from 3 on it logs every request that was answered, watches when they end. */
async function setVerbosity(lab: Lab, level: number): Promise<void> {
  const pki = (name: string): Buffer => readFileSync(join(lab.directory, 'pki', name));
  const tls = { ca: pki('ca.crt'), cert: pki('kubeconfig.crt'), key: pki('kubeconfig.key') };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const call = request(`${lab.apiServer}/debug/flags/v`, { method: 'PUT', ...tls }, (answer) => {
    answer.resume();
    answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`/debug/flags/v: ${answer.statusCode}`))));
  });
  call.on('error', reject);
  call.end(String(level));
  return await promise;
}

/** Requests of our user agent as the server logged them, by verb and path. */
export type Requests = ReadonlyMap<string, number>;

export interface RequestCount {
  /** Watches are counted when their connection has ended: stop the daemon first. */
  end(): Promise<Requests>;
}

const LINE = /"HTTP" verb="(\w+)" URI="([^"]*)".* userAgent="nodemend[^"]*".* resp=(\d+)/;

export function parseRequests(log: string): Requests {
  const counts = new Map<string, number>();
  for (const line of log.split('\n')) {
    const [, verb, uri = '', status] = LINE.exec(line) ?? [];
    if (verb === undefined) continue;
    const key = `${verb} ${decodeURIComponent(uri)} ${status}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export async function countRequests(lab: Lab): Promise<RequestCount> {
  const path = join(lab.directory, 'logs/kube-apiserver.log');
  await setVerbosity(lab, 3);
  const from = statSync(path).size;
  return {
    async end() {
      await setVerbosity(lab, 0);
      return parseRequests(readFileSync(path).subarray(from).toString('utf8'));
    },
  };
}
