import type { ApiAnswer, ApiRequest } from '../../lib/host/host.ts';
import type { ClusterClient } from '../../lib/kube/client.ts';

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
    running += 1;
    try {
      return await api(call);
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
