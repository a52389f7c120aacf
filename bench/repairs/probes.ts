import { request as plain } from 'node:http';
import { type Agent, request as secure } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { criCall } from '../../lib/host/cri/call.ts';
import type { LabHost } from '../../test/lab/host.ts';
import { uptime } from './clock.ts';

/** Asks again and again, each time with its own bound, until told to end. */
export interface Probe<T> {
  readonly seen: readonly { readonly at: number; readonly value: T | undefined }[];
  end(): void;
}

export function probe<T>(everyMs: number, ask: () => Promise<T | undefined>): Probe<T> {
  const seen: { at: number; value: T | undefined }[] = [];
  let open = true;
  const run = async (): Promise<void> => {
    while (open) {
      const value = await ask().catch(() => undefined);
      seen.push({ at: uptime(), value });
      await sleep(everyMs);
    }
  };
  void run();
  return {
    seen,
    end() {
      open = false;
    },
  };
}

type Call = (done: (answer: import('node:http').IncomingMessage) => void) => import('node:http').ClientRequest;

function text(call: Call): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const asked = call((answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('error', () => resolve(undefined));
    answer.on('end', () => resolve(answer.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined));
  });
  asked.on('error', () => resolve(undefined));
  asked.end();
  return promise;
}

const socketOf = (host: LabHost, path: string): string => `/proc/${host.leader}/root${path}`;

/** Whether the daemon the kubelet uses answers at all, and its list of containers. */
export async function runtimeAnswers(host: LabHost): Promise<true | undefined> {
  if (host.runtime === 'docker') {
    const socketPath = socketOf(host, '/run/docker.sock');
    const ask = (path: string) => text((done) => plain({ socketPath, path, signal: AbortSignal.timeout(1000) }, done));
    return (await ask('/_ping')) !== undefined && (await ask('/containers/json')) !== undefined ? true : undefined;
  }
  const socketPath = socketOf(host, '/run/containerd/containerd.sock');
  const answer = await criCall({ socketPath, service: 'RuntimeService', method: 'ListContainers', request: {}, deadline: 1000 });
  return answer.kind === 'response' ? true : undefined;
}

interface Pleg {
  /** Uptime of the machine at which the kubelet last finished a relist, ms. */
  readonly last: number;
}

/** The kubelet's own word; undefined when it does not answer. */
export async function plegOf(host: LabHost, agent: Agent): Promise<Pleg | undefined> {
  const options = { agent, signal: AbortSignal.timeout(2000), checkServerIdentity: () => undefined };
  const body = await text((done) => secure(`https://${host.address}:10250/metrics`, options, done));
  const last = Number(/^kubelet_pleg_last_seen_seconds (\S+)$/m.exec(body ?? '')?.[1]);
  return last > 0 ? { last: uptime() - (Date.now() - last * 1000) } : undefined;
}

export async function kubeletAnswers(host: LabHost, agent: Agent): Promise<true | undefined> {
  const options = { agent, signal: AbortSignal.timeout(1000), checkServerIdentity: () => undefined };
  return (await text((done) => secure(`https://${host.address}:10250/healthz`, options, done))) === undefined ? undefined : true;
}
