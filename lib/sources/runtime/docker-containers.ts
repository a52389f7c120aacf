import type { HostView } from '../../host/host.ts';
import { parseJson } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Duration, MiB, ms, seconds } from '../../model/units.ts';
import { within } from '../within.ts';
import { type ContainerReference, toReference } from './container-reference.ts';
import { PATIENCE, probe, type Reply, toReply } from './daemon-probe.ts';
import { daemonPid } from './daemon-process.ts';
import { type DockerPing, dockerPing, unitsOf } from './docker-ping.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

export type DockerContainers =
  | { readonly kind: 'asked'; readonly reply: Reply; readonly containers: readonly ContainerReference[] }
  | { readonly kind: 'not-asked'; readonly why: string };

/** A ping takes microseconds; who takes longer is asked without waiting for the version it speaks. */
const SOON: Duration = ms(250);

/**
 * Path in the version that the daemon says it speaks. Without a version docker answers in its newest one; the fields we
 * read have been the same since 1.24.
 */
export function dockerUrl(ping: DockerPing | undefined, path: string): string {
  const isSoon = ping?.kind === 'asked' && ping.reply.kind === 'answered' && ping.reply.took < SOON;
  const prefix = isSoon && ping.apiVersion !== undefined ? `/v${ping.apiVersion}` : '';
  return `http://localhost${prefix}${path}`;
}

export const soonPing = (host: HostView, { use }: ReadContext) => within(host, use(dockerPing), SOON);

/** Pure: the answer of /containers/json?all=1; undefined when it is no such list. */
export function parseContainers(body: string): ContainerReference[] | undefined {
  const list = parseJson(body);
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('Id' in item) || typeof item.Id !== 'string') return [];
    const { Id, State, Labels, Names } = item as { Id: string; State?: unknown; Labels?: unknown; Names?: unknown };
    const name = Array.isArray(Names) ? String(Names[0] ?? '').replace(/^\//, '') : '';
    return [toReference(Id, String(State ?? ''), Labels, name)];
  });
}

async function read(host: HostView, context: ReadContext): Promise<DockerContainers> {
  const { services } = await context.use(runtimeEndpoint);
  const service = services.find(({ name }) => name === 'docker');
  if (service === undefined || service.role === 'unused') return { kind: 'not-asked', why: 'the kubelet does not use docker' };
  const url = dockerUrl(await soonPing(host, context), '/containers/json?all=1');
  const { answer, progress } = await probe(host, {
    ask: (deadline) => host.httpGet({ socketPath: service.socketPath, url, deadline, maxBytes: 16 * MiB }),
    pid: async () => daemonPid(host, service, await unitsOf(context)),
  });
  const reply = toReply(answer, progress);
  if (answer.kind !== 'response' || answer.status !== 200) return { kind: 'asked', reply, containers: [] };
  const containers = answer.truncated ? undefined : parseContainers(answer.body);
  if (containers !== undefined) return { kind: 'asked', reply, containers };
  return { kind: 'asked', reply: { kind: 'failed', what: 'its list of containers is no list' }, containers: [] };
}

/** The list the kubelet asks for every second, exited containers included: it takes every container's lock in turn. */
export const dockerContainers = defineSource<DockerContainers>({
  id: 'docker-containers',
  deadline: PATIENCE + seconds(1.35),
  keep: seconds(30),
  worthKeeping: (list) => list.kind === 'asked' && list.reply.kind === 'answered',
  read,
});
