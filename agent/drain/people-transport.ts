import http from 'node:http';
import https from 'node:https';
import { type Exchange, exchange, framed, type Received, toFailure } from '../../lib/kube/exchange.ts';
import { acceptOf, CONTENT_TYPE } from '../../lib/kube/media-types.ts';
import { type Duration, MiB } from '../../lib/model/units.ts';
import type { ApiCall } from './api.ts';

/** An API server, and what every request to it carries. */
export interface Session {
  readonly server: string;
  readonly options: https.RequestOptions;
  /** By the monotonic clock: then the credential is asked for again. */
  readonly until: Duration;
}

const LARGEST = 64 * MiB;

function begin({ server, options }: Session, { method, path, body, deadline, metadataOnly }: ApiCall): Exchange {
  const signal = AbortSignal.timeout(Math.ceil(deadline));
  const headers = {
    ...options.headers,
    'user-agent': 'nodemend',
    accept: acceptOf(metadataOnly),
    ...(method === 'GET' ? {} : { 'content-type': CONTENT_TYPE[method] }),
    ...framed(body),
  };
  const { request: make } = server.startsWith('http:') ? http : https;
  const request = make(`${server}${path}`, { ...options, headers, method, signal });
  const failure = (error: unknown): Received =>
    signal.aborted ? { kind: 'timed-out', after: deadline, connected: request.socket?.connecting === false } : toFailure(error);
  return { request, body, maxBytes: LARGEST, failure };
}

export const send = (session: Session, call: ApiCall): Promise<Received> => exchange(() => begin(session, call));
