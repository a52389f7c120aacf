import type { ApiAnswer, ApiRequest, Clock } from '../../lib/host/host.ts';
import type { ClusterClient } from '../../lib/kube/client.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';

export interface ApiCall extends ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** JSON; of a PATCH a strategic merge. */
  readonly body?: string;
}

/** The API server, with whatever identity; ends by the call's own deadline and never rejects. */
export type Api = (call: ApiCall) => Promise<ApiAnswer>;

/** The agent's own client, for a drain without a person. */
export function agentApi(cluster: Pick<ClusterClient, 'apiGet' | 'apiSend'>): Api {
  return ({ method, body = '', ...request }) =>
    method === 'GET' ? cluster.apiGet(request) : cluster.apiSend({ ...request, method, body });
}

/** At most so many calls at a time: pods are moved all at once, the API server is not asked all at once. */
export function limited(api: Api, most: number): Api {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (call) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await api(call);
    } finally {
      // The place goes to the next in the queue, or it is free.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

const TRIES = 6;
const LONGEST: Duration = seconds(15);

/** Asks again where the server says when, as client-go does; an eviction has its own patience. */
export function patient(api: Api, clock: Pick<Clock, 'sleep'>): Api {
  return async (call) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await api(call);
      const isBusy = answer.kind === 'response' && (answer.status === 429 || answer.status === 503);
      if (!isBusy || answer.retryAfter === undefined || call.method === 'POST' || tries === TRIES) return answer;
      await clock.sleep(Math.min(answer.retryAfter, LONGEST));
    }
  };
}
