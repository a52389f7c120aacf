import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { type ContainerReference, toReference } from './container-reference.ts';
import { criEndpoint } from './cri-status.ts';
import { PATIENCE, probe, type Reply, toReply } from './daemon-probe.ts';
import { daemonPid } from './daemon-process.ts';
import { unitsOf } from './docker-ping.ts';
import type { RuntimeService } from './runtime-endpoint.ts';

export type CriContainers =
  | {
      readonly kind: 'asked';
      readonly service: RuntimeService;
      readonly reply: Reply;
      readonly containers: readonly ContainerReference[];
    }
  | { readonly kind: 'not-asked'; readonly why: string };

/** Pure: the answer of ListContainers. */
export function toContainers(response: Readonly<Record<string, unknown>>): ContainerReference[] {
  const { containers } = response;
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('id' in item) || typeof item.id !== 'string') return [];
    const { id, state, labels, metadata, podSandboxId } = item as {
      id: string;
      podSandboxId?: unknown;
      state?: unknown;
      labels?: unknown;
      metadata?: { name?: unknown };
    };
    return [
      toReference(
        id,
        String(state ?? ''),
        labels,
        String(metadata?.name ?? ''),
        typeof podSandboxId === 'string' ? podSandboxId : undefined,
      ),
    ];
  });
}

/** The list of the kubelet's relist, exited containers included. */
export const criContainers = defineSource<CriContainers>({
  id: 'cri-containers',
  deadline: PATIENCE + seconds(1.3),
  keep: seconds(30),
  worthKeeping: (list) => list.kind === 'asked' && list.reply.kind === 'answered',
  async read(host, context) {
    const service = await criEndpoint(context);
    if (service === undefined) return { kind: 'not-asked', why: 'the kubelet does not use CRI' };
    const { socketPath } = service;
    const { answer, progress } = await probe(host, {
      ask: (deadline) => host.criCall({ socketPath, service: 'RuntimeService', method: 'ListContainers', deadline }),
      pid: async () => daemonPid(host, service, await unitsOf(context)),
    });
    const containers = answer.kind === 'response' ? toContainers(answer.response) : [];
    return { kind: 'asked', service, reply: toReply(answer, progress), containers };
  },
});
