import type { ApiAnswer, Clock } from '../../lib/host/host.ts';
import type { ClusterClient } from '../../lib/kube/client.ts';
import { ms } from '../../lib/model/units.ts';

type Json = Record<string, unknown>;
interface Stored extends Json {
  readonly metadata: { readonly name: string; readonly labels: Json };
}

const LATENCY = ms(20);
const NODES = '/api/v1/nodes?';

/** Leases in memory for agents that share a virtual clock; each answer takes its time, and is of the moment in the middle of it. */
export function leaseStore(clock: Clock, nodes: number): Pick<ClusterClient, 'apiGet' | 'apiSend'> {
  const leases = new Map<string, Stored>();
  const respond = (status: number, body: unknown): ApiAnswer => ({
    kind: 'response',
    status,
    body,
    took: 2 * LATENCY,
    date: clock.now(),
  });

  async function slowly(answer: () => ApiAnswer): Promise<ApiAnswer> {
    await clock.sleep(LATENCY);
    const given = answer();
    await clock.sleep(LATENCY);
    return given;
  }

  function change(method: string, path: string, body: string): ApiAnswer {
    const sent = body === '' ? undefined : (JSON.parse(body) as Stored);
    const name = method === 'POST' ? String(sent?.metadata.name) : (path.split('/').at(-1) ?? '');
    const stored = leases.get(name);
    if (method === 'DELETE') return respond(leases.delete(name) ? 200 : 404, {});
    if (sent === undefined || (method === 'PATCH' && stored === undefined)) return respond(404, {});
    if (method === 'POST' && stored !== undefined) return respond(409, {});
    const labels = Object.fromEntries(
      Object.entries({ ...stored?.metadata.labels, ...sent.metadata.labels }).filter(([, value]) => value !== null),
    );
    leases.set(name, { ...stored, ...sent, metadata: { ...sent.metadata, name, labels } });
    return respond(200, leases.get(name));
  }

  return {
    apiGet: ({ path }) =>
      slowly(() => {
        if (!path.startsWith(NODES)) return respond(200, { kind: 'LeaseList', metadata: {}, items: [...leases.values()] });
        const metadata = nodes > 1 ? { continue: 'x', remainingItemCount: nodes - 1 } : {};
        return respond(200, { kind: 'PartialObjectMetadataList', metadata, items: [{}] });
      }),
    apiSend: ({ method, path, body }) => slowly(() => change(method, path, body)),
  };
}
