import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { criContainers } from './cri-containers.ts';
import { askEach, budgetAfter, type ContainerAnswers, isWorthAsking } from './open-calls.ts';

/** The status of every container: under CRI-O it waits for the container's lock, as docker's inspect does. */
export const criContainerStatus = defineSource<ContainerAnswers>({
  id: 'cri-container-status',
  deadline: seconds(9.3),
  keep: seconds(30),
  worthKeeping: (calls) => calls.kind === 'asked' && calls.open.length === 0,
  async read(host, context) {
    const started = host.clock.monotonic();
    const list = await context.use(criContainers);
    if (list.kind !== 'asked') return list;
    if (list.reply.kind !== 'answered') return { kind: 'not-asked', why: `${list.service.name} gave no list of containers` };
    // Behind cri-dockerd it is docker's inspect that hangs, and docker-inspect asks that itself.
    if (list.service.name === 'cri-dockerd') return { kind: 'not-asked', why: 'docker is asked itself' };
    if (!isWorthAsking(host, context, list.reply)) return { kind: 'not-asked', why: 'nothing speaks of a stuck container' };
    const { socketPath } = list.service;
    return await askEach({
      clock: host.clock,
      containers: list.containers,
      budget: budgetAfter(host.clock.monotonic() - started),
      ask: ({ id }, deadline) =>
        host.criCall({
          socketPath,
          service: 'RuntimeService',
          method: 'ContainerStatus',
          request: { containerId: id },
          deadline,
        }),
    });
  },
});
