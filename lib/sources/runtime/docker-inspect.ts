import { defineSource } from '../../model/source.ts';
import { MiB, seconds } from '../../model/units.ts';
import { dockerContainers, dockerUrl, soonPing } from './docker-containers.ts';
import { askPatiently, type ContainerAnswers, worthAsking } from './open-calls.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

/**
 * Inspects every container: one whose lock is held for ever stalls the kubelet's relist while `docker ps` still answers.
 * Each stuck call leaves a goroutine waiting in dockerd, so a daemon's rounds do this only when they have a reason.
 */
export const dockerInspect = defineSource<ContainerAnswers>({
  id: 'docker-inspect',
  deadline: seconds(9.3),
  keep: seconds(30),
  // Of some only: the next list may show others.
  worthKeeping: (calls) => calls.kind === 'asked' && calls.open.length === 0 && calls.of === undefined,
  async read(host, context) {
    const started = host.clock.monotonic();
    const { services } = await context.use(runtimeEndpoint);
    const service = services.find(({ name }) => name === 'docker');
    const list = await context.use(dockerContainers);
    if (service === undefined || list.kind !== 'asked') return { kind: 'not-asked', why: 'the kubelet does not use docker' };
    if (list.reply.kind !== 'answered') return { kind: 'not-asked', why: 'docker gave no list of containers' };
    const { containers } = list;
    const chosen = await worthAsking(host, context, { took: list.reply.took, containers });
    if (chosen.length === 0 && !context.thorough) return { kind: 'not-asked', why: 'nothing speaks of a stuck container' };
    const ping = await soonPing(host, context);
    const calls = await askPatiently({
      clock: host.clock,
      containers: chosen,
      spent: host.clock.monotonic() - started,
      patient: context.thorough,
      ask: ({ id }, deadline) => {
        const url = dockerUrl(ping, `/containers/${encodeURIComponent(id)}/json`);
        return host.httpGet({ socketPath: service.socketPath, url, deadline, maxBytes: MiB });
      },
    });
    return chosen.length === containers.length ? calls : { ...calls, of: containers.length };
  },
});
