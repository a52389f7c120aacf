import { onTestFinished } from 'vitest';
import { type ClusterClient, clusterClient } from '../../lib/kube/client.ts';
import { identityOptions, writeKubeconfig } from '../kube/kubeconfig-files.ts';
import { type FakeApi, fakeApi, type Reply, type Seen } from './kube-api.ts';

type Json = Record<string, unknown>;
export interface StoredLease extends Json {
  readonly metadata: { readonly name: string; readonly labels: Json; readonly ownerReferences?: unknown };
  readonly spec: Json;
}

/** An API server with Leases in the namespace nodemend and a number of Nodes; it pages as the real one does. */
export interface LeaseApi {
  readonly server: FakeApi;
  readonly cluster: ClusterClient;
  readonly leases: Map<string, StoredLease>;
  /** By zone. */
  nodes: Readonly<Record<string, number>>;
  /** Whether a page says how many items follow it. */
  counts: boolean;
  /** Answers instead of it, while it is set. */
  trouble: ((request: Seen) => Reply | undefined) | undefined;
  /** `METHOD path` of every request so far. */
  calls(): readonly string[];
}

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/nodemend/leases';
const ok = (body: unknown, code = 200): Reply => ({ status: code, body });
const status = (code: number): Reply => ({ status: code, body: { kind: 'Status', code, message: `no: ${code}` } });

const withoutNull = (before: Json, change: Json): Json =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));

function page(kind: string, items: readonly unknown[], query: URLSearchParams, counts = true): Reply {
  const [limit, from] = [Number(query.get('limit') ?? items.length), Number(query.get('continue') ?? 0)];
  const left = items.length - from - limit;
  const counted = counts && !query.has('labelSelector') ? { remainingItemCount: left } : {};
  const metadata = left > 0 ? { continue: String(from + limit), ...counted } : {};
  return ok({ kind, metadata, items: items.slice(from, from + limit) });
}

function serveLeases(leases: Map<string, StoredLease>, { method, body }: Seen, url: URL, counts: boolean): Reply {
  const name = decodeURIComponent(url.pathname.slice(LEASES.length + 1));
  const stored = leases.get(name);
  if (method === 'GET') return page('LeaseList', [...leases.values()], url.searchParams, counts);
  const sent = body === '' ? undefined : (JSON.parse(body) as StoredLease);
  if (method === 'POST' && sent !== undefined) {
    if (leases.has(sent.metadata.name)) return status(409);
    if (Object.values(sent.metadata.labels).includes(null)) return status(422);
    leases.set(sent.metadata.name, sent);
    return ok(sent, 201);
  }
  if (stored === undefined) return status(404);
  if (method === 'DELETE') {
    leases.delete(name);
    return ok({ kind: 'Status', status: 'Success' });
  }
  const labels = withoutNull(stored.metadata.labels, sent?.metadata.labels ?? {});
  leases.set(name, { ...stored, ...sent, metadata: { ...stored.metadata, ...sent?.metadata, labels } });
  return ok(leases.get(name));
}

export async function leaseApi(date: () => number): Promise<LeaseApi> {
  const leases = new Map<string, StoredLease>();
  const api: Pick<LeaseApi, 'trouble' | 'nodes' | 'counts'> = { trouble: undefined, nodes: { a: 3 }, counts: true };
  const answer = (request: Seen): Reply => {
    const url = new URL(request.path, 'https://x');
    const troubled = api.trouble?.(request);
    if (troubled !== undefined) return troubled;
    if (url.pathname.startsWith(LEASES)) return serveLeases(leases, request, url, api.counts);
    if (url.pathname !== '/api/v1/nodes') return status(404);
    const zone = /zone=(.*)/.exec(url.searchParams.get('labelSelector') ?? '')?.[1];
    const counts = zone === undefined ? Object.values(api.nodes) : [api.nodes[zone] ?? 0];
    const all = counts.reduce((sum, count) => sum + count, 0);
    return page('PartialObjectMetadataList', new Array(all).fill({}), url.searchParams);
  };
  const server = await fakeApi({
    reply(_, request) {
      const reply = answer(request);
      return typeof reply === 'string'
        ? reply
        : { ...reply, headers: { date: new Date(date()).toUTCString(), ...reply.headers } };
    },
  });
  onTestFinished(() => server.close());
  const cluster = clusterClient(identityOptions(writeKubeconfig({ server: server.url })));
  return Object.assign(api, {
    server,
    cluster,
    leases,
    calls: () => server.requests.map(({ method, path }) => `${method} ${path}`),
  });
}

export const lease = (name: string, labels: Json, times: { readonly since: number; readonly seenAt: number }): StoredLease => ({
  kind: 'Lease',
  metadata: { name, labels: { 'nodemend.io/reason': 'DockerHung', 'nodemend.io/zone': 'a', ...labels } },
  spec: { acquireTime: new Date(times.since).toISOString(), renewTime: new Date(times.seenAt).toISOString() },
});
