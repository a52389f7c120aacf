import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { askContainers, isOfAll } from './ask-containers.ts';
import { criContainers } from './cri-containers.ts';
import type { ContainerAnswers } from './open-calls.ts';

/**
 * What shows a container that is stuck: under CRI-O its status waits for the container's lock, as docker's inspect does;
 * containerd tells a status from memory, and the stats are the shim's own word.
 */
export const criContainerStatus = defineSource<ContainerAnswers>({
  id: 'cri-container-status',
  deadline: seconds(9.3),
  keep: seconds(30),
  worthKeeping: isOfAll,
  async read(host, context) {
    const started = host.clock.monotonic();
    const list = await context.use(criContainers);
    if (list.kind !== 'asked') return list;
    if (list.reply.kind !== 'answered') return { kind: 'not-asked', why: `${list.service.name} gave no list of containers` };
    // Behind cri-dockerd it is docker's inspect that hangs, and docker-inspect asks that itself.
    if (list.service.name === 'cri-dockerd') return { kind: 'not-asked', why: 'docker is asked itself' };
    const { socketPath, name } = list.service;
    const method = name === 'containerd' ? 'ContainerStats' : 'ContainerStatus';
    const listed = { containers: list.containers, took: list.reply.took, started };
    return await askContainers(
      host,
      context,
      listed,
      () =>
        ({ id }, deadline) =>
          host.criCall({ socketPath, service: 'RuntimeService', method, request: { containerId: id }, deadline }),
    );
  },
});
