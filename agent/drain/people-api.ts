import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { AgentError } from '../../lib/errors.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { toApiAnswer } from '../../lib/kube/answer.ts';
import type { Received } from '../../lib/kube/transport.ts';
import { type Duration, MiB, minutes } from '../../lib/model/units.ts';
import type { Api, ApiCall } from './api.ts';

export interface PeopleOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

const LARGEST = 64 * MiB;
/** Tokens of plugins and files are asked for again. */
const FRESH: Duration = minutes(1);

const CONTENT_TYPE = {
  GET: undefined,
  POST: 'application/json',
  PATCH: 'application/strategic-merge-patch+json',
  DELETE: 'application/json',
} as const;
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=1,application/json';

/** The files that kubectl would read; undefined: there is none, and no pod's service account either. */
export function kubeconfigFiles({ kubeconfig }: PeopleOptions): readonly string[] | undefined {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const found = (named.length > 0 ? named : [join(homedir(), '.kube', 'config')]).filter((file) => existsSync(file));
  if (found.length > 0) return found;
  if (named.length === 0) return undefined;
  throw new AgentError('KUBECONFIG_INVALID', `KUBECONFIG names ${named.join(', ')}, and none of it exists`);
}

async function load(files: readonly string[], { context }: PeopleOptions): Promise<KubeConfig> {
  // Here alone: a large package that no other command needs.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    for (const [at, file] of files.entries()) {
      const next = at === 0 ? config : new KubeConfig();
      next.loadFromFile(file);
      if (at > 0) config.mergeConfig(next, true);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AgentError('KUBECONFIG_INVALID', `${files.join(', ')}: ${why}`, { cause: error });
  }
  if (context !== undefined && config.getContextObject(context) === null) {
    throw new AgentError('KUBECONFIG_INVALID', `${files.join(', ')}: no context ${JSON.stringify(context)}`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) {
    throw new AgentError(
      'KUBECONFIG_INVALID',
      `${files.join(', ')}: the current context names no cluster; --context names another`,
    );
  }
  return config;
}

interface Session {
  readonly server: string;
  readonly options: https.RequestOptions;
  readonly until: Duration;
}

async function open(config: KubeConfig): Promise<Session> {
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  const until = performance.now() + FRESH;
  // `kubectl proxy`: it has the credential, and none goes over a line without TLS.
  if (server.startsWith('http:')) return { server, options: {}, until };
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  if (options.agent instanceof https.Agent) {
    options.agent.options.keepAlive = true;
    Object.assign(options.agent, { keepAlive: true });
  }
  return { server, options, until };
}

function failureOf(error: unknown, { deadline }: ApiCall, isLate: boolean, connected: boolean): Received {
  if (isLate) return { kind: 'timed-out', after: deadline, connected };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'failed', code };
}

/** `stale`: the server had closed the kept connection meanwhile; it never saw the request. */
interface Sent {
  readonly answer: Received;
  readonly stale: boolean;
}

function sendOnce({ server, options }: Session, call: ApiCall): Promise<Sent> {
  const { promise, resolve } = Promise.withResolvers<Sent>();
  const started = performance.now();
  const signal = AbortSignal.timeout(Math.ceil(call.deadline));
  const type = CONTENT_TYPE[call.method];
  const headers = {
    ...options.headers,
    'user-agent': 'nodemend',
    accept: call.metadataOnly === true ? METADATA : 'application/json',
    ...(type === undefined ? {} : { 'content-type': type }),
    // Of a DELETE node frames the body by itself in no way.
    ...(call.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(call.body)) }),
  };
  const { request: begin } = server.startsWith('http:') ? http : https;
  const request = begin(`${server}${call.path}`, { ...options, headers, method: call.method, signal });
  const fail = (error: unknown) => {
    const answer = failureOf(error, call, signal.aborted, request.socket?.connecting === false);
    resolve({ answer, stale: request.reusedSocket && answer.kind === 'failed' });
  };
  request.on('error', fail);
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (truncated: boolean) => {
      const { 'retry-after': retryAfter } = response.headers;
      const named: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      const body = Buffer.concat(chunks).toString('utf8');
      const took = performance.now() - started;
      const answer: Received = { kind: 'response', status: response.statusCode ?? 0, headers: named, body, truncated, took };
      resolve({ answer, stale: false });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= LARGEST) return;
      end(true);
      request.destroy();
    });
    response.on('end', () => end(false));
    response.on('error', fail);
  });
  request.end(call.body);
  return promise;
}

async function send(session: Session, call: ApiCall): Promise<Received> {
  const { answer, stale } = await sendOnce(session, call);
  return stale ? (await sendOnce(session, call)).answer : answer;
}

/** The API server with a person's kubeconfig; a credential that is refused is read again once. */
export async function peopleApi(files: readonly string[], options: PeopleOptions): Promise<Api> {
  let session = await open(await load(files, options));
  const renew = async (): Promise<void> => {
    session = await open(await load(files, options));
  };
  return async (call): Promise<ApiAnswer> => {
    try {
      if (performance.now() > session.until) await renew();
      const answer = toApiAnswer(await send(session, call));
      if (answer.kind !== 'response' || answer.status !== 401) return answer;
      await renew();
      return toApiAnswer(await send(session, call));
    } catch (error) {
      // A plugin that fails, a file that went away.
      return { kind: 'no-identity', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
