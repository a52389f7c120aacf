import { defineSource } from '../../model/source.ts';
import { MiB, seconds } from '../../model/units.ts';
import { askContainers, isOfAll } from './ask-containers.ts';
import { dockerContainers, dockerUrl, soonPing } from './docker-containers.ts';
import type { ContainerAnswers } from './open-calls.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

/**
 * Inspects every container: one whose lock is held for ever stalls the kubelet's relist while `docker ps` still answers.
 * Each stuck call leaves a goroutine waiting in dockerd, so a daemon's rounds do this only when they have a reason.
 */
export const dockerInspect = defineSource<ContainerAnswers>({
  id: 'docker-inspect',
  deadline: seconds(9.3),
  keep: seconds(30),
  worthKeeping: isOfAll,
  async read(host, context) {
    const started = host.clock.monotonic();
    const { services } = await context.use(runtimeEndpoint);
    const service = services.find(({ name }) => name === 'docker');
    const list = await context.use(dockerContainers);
    if (service === undefined || list.kind !== 'asked') return { kind: 'not-asked', why: 'the kubelet does not use docker' };
    if (list.reply.kind !== 'answered') return { kind: 'not-asked', why: 'docker gave no list of containers' };
    const listed = { containers: list.containers, took: list.reply.took, started };
    return await askContainers(host, context, listed, async () => {
      const ping = await soonPing(host, context);
      return ({ id }, deadline) => {
        const url = dockerUrl(ping, `/containers/${encodeURIComponent(id)}/json`);
        return host.httpGet({ socketPath: service.socketPath, url, deadline, maxBytes: MiB });
      };
    });
  },
});
