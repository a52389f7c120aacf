import https from 'node:https';
import type { Bytes, Duration } from '../model/units.ts';
import { type Exchange, exchange, framed, type Received, toFailure } from './exchange.ts';
import { type JudgingAgent, type Options, UntrustedError } from './judging-agent.ts';

export interface Sent {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: string;
  readonly agent: JudgingAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadline: Duration;
  readonly maxBytes: Bytes;
  readonly signal: AbortSignal;
}

function begin({ url, method = 'GET', body, agent, headers, deadline, maxBytes, signal }: Sent): Exchange {
  let assigned = false;
  const all = { 'user-agent': 'nodemend', ...framed(body), ...headers };
  const options: Options = { method, agent, signal, until: signal, headers: all };
  const request = https.request(url, options);
  request.on('socket', () => {
    assigned = true;
  });
  const failure = (error: unknown): Received => {
    if (signal.aborted) return { kind: 'timed-out', after: deadline, connected: assigned || agent.accepted.has(signal) };
    return error instanceof UntrustedError ? { kind: 'untrusted', reason: error.message } : toFailure(error);
  };
  return { request, body, maxBytes, failure };
}

/** One request; ends when `signal` does, also while the body drips. */
export const send = (request: Sent): Promise<Received> => exchange(() => begin(request));
