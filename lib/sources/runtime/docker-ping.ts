import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { ms, seconds } from '../../model/units.ts';
import { within } from '../within.ts';
import { PATIENCE, probe, type Reply, toReply } from './daemon-probe.ts';
import { daemonPid } from './daemon-process.ts';
import { type RuntimeService, runtimeEndpoint } from './runtime-endpoint.ts';
import { type RuntimeUnits, runtimeUnits, unitOf } from './runtime-units.ts';

export interface AskedDocker {
  readonly kind: 'asked';
  readonly service: RuntimeService;
  readonly reply: Reply;
  /** Of the `Api-Version` header: `1.41`. */
  readonly apiVersion?: string;
}

export type DockerPing =
  | AskedDocker
  /** `why`: sentence fragment. */
  | { readonly kind: 'not-asked'; readonly why: string; readonly service?: RuntimeService };

export const unitsOf = (context: ReadContext): Promise<RuntimeUnits> =>
  context.use(runtimeUnits).catch((error: Error) => ({ kind: 'unknown', why: error.message }) as const);

/** A connection to docker.socket starts a docker that somebody stopped: an unused one is asked only when it runs. */
export async function mayAsk(host: HostView, service: RuntimeService, context: ReadContext): Promise<boolean> {
  if (service.role !== 'unused') return true;
  const units = await within(host, unitsOf(context), ms(700));
  return units !== undefined && unitOf(units, service.units)?.activeState === 'active';
}

async function read(host: HostView, context: ReadContext): Promise<DockerPing> {
  const { services } = await context.use(runtimeEndpoint);
  const service = services.find(({ name }) => name === 'docker');
  if (service === undefined) return { kind: 'not-asked', why: 'no docker on this host' };
  if (!(await mayAsk(host, service, context))) {
    return { kind: 'not-asked', why: 'docker is not used by the kubelet and not running', service };
  }

  const { answer, progress } = await probe(host, {
    ask: (deadline) =>
      host.httpGet({ socketPath: service.socketPath, url: 'http://localhost/_ping', deadline, maxBytes: 4096, kept: true }),
    pid: async () => daemonPid(host, service, await unitsOf(context)),
  });
  const version = answer.kind === 'response' ? answer.headers['api-version'] : undefined;
  const apiVersion = /^\d+\.\d+$/.test(version ?? '') ? version : undefined;
  return {
    kind: 'asked',
    service,
    reply: toReply(answer, progress),
    ...(apiVersion === undefined ? {} : { apiVersion }),
  };
}

/** docker's cheapest call: it takes no lock of the daemon, so silence means that nobody serves at all. */
export const dockerPing = defineSource<DockerPing>({ id: 'docker-ping', deadline: PATIENCE + seconds(1.3), read });
