import { onTestFinished } from 'vitest';
import { type ClusterClient, clusterClient } from '../../lib/kube/client.ts';
import { identityOptions, writeKubeconfig } from '../kube/kubeconfig-files.ts';
import { type FakeApi, fakeApi, type Reply, type Seen } from './kube-api.ts';

type Json = Record<string, unknown>;
export interface StoredCondition {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** An API server with one Node and its events, which patches them as the real one does: conditions by type, null removes. */
export interface NodeApi {
  readonly server: FakeApi;
  readonly cluster: ClusterClient;
  readonly annotations: Record<string, unknown>;
  readonly conditions: Map<string, StoredCondition>;
  readonly events: Map<string, Json>;
  /** Answers instead of it, while it is set. */
  trouble: ((request: Seen) => Reply | undefined) | undefined;
  /** Hears what is written, and its answers are lost on the way. */
  lost: boolean;
  condition(type: string): StoredCondition | undefined;
  /** `METHOD path` of every request so far. */
  calls(): readonly string[];
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const status = (code: number, message: string): Reply => ({ status: code, body: { kind: 'Status', code, message } });

function patchNode({ annotations, conditions }: Pick<NodeApi, 'annotations' | 'conditions'>, body: string): void {
  const patch = JSON.parse(body) as { metadata?: { annotations?: Json }; status?: { conditions?: readonly StoredCondition[] } };
  for (const [key, value] of Object.entries(patch.metadata?.annotations ?? {})) {
    if (value === null) delete annotations[key];
    else annotations[key] = value;
  }
  for (const change of patch.status?.conditions ?? []) {
    if (change.$patch === 'delete') conditions.delete(change.type);
    else conditions.set(change.type, { status: '', ...conditions.get(change.type), ...change });
  }
}

const NODE = '/api/v1/nodes/node-a';
const EVENTS = '/api/v1/namespaces/default/events';

function serveEvents(events: Map<string, Json>, { method, path, body }: Seen): Reply {
  const sent = JSON.parse(body) as Json;
  if (method === 'POST') {
    const { name } = sent.metadata as { name: string };
    if (events.has(name)) return status(409, 'AlreadyExists');
    events.set(name, sent);
    return { status: 201, body: sent };
  }
  const name = path.slice(EVENTS.length + 1);
  const event = events.get(name);
  if (event === undefined) return status(404, 'not found');
  events.set(name, { ...event, ...sent });
  return ok(events.get(name));
}

export async function nodeApi(): Promise<NodeApi> {
  const annotations: Record<string, unknown> = {};
  const conditions = new Map<string, StoredCondition>();
  const events = new Map<string, Json>();
  const api: Pick<NodeApi, 'trouble' | 'lost'> = { trouble: undefined, lost: false };
  const server = await fakeApi({
    reply(path, request) {
      const troubled = api.trouble?.(request);
      if (troubled !== undefined) return troubled;
      const reply = serve(path, request);
      return api.lost && request.method !== 'GET' ? 'reset' : reply;
    },
  });
  function serve(path: string, request: Seen): Reply {
    if (path.startsWith(EVENTS)) return serveEvents(events, request);
    if (path === `${NODE}/status` && request.method === 'PATCH') patchNode({ annotations, conditions }, request.body);
    else if (path !== NODE || request.method !== 'GET') return status(404, 'not found');
    return ok({ kind: 'Node', metadata: { name: 'node-a', annotations }, status: { conditions: [...conditions.values()] } });
  }
  onTestFinished(() => server.close());
  const cluster = clusterClient(identityOptions(writeKubeconfig({ server: server.url })));
  return Object.assign(api, {
    server,
    cluster,
    annotations,
    conditions,
    events,
    condition: (type: string) => conditions.get(type),
    calls: () => server.requests.map(({ method, path }) => `${method} ${path}`),
  });
}
