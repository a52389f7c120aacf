import type { CriAnswer } from '../../host/host.ts';
import { isObject, toObject } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { type RuntimeService, runtimeEndpoint } from './runtime-endpoint.ts';

/** A condition of CRI's Status: `RuntimeReady`, `NetworkReady`, and since CRI 1.33 others. */
export interface CriCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

export type CriStatus =
  | { readonly kind: 'known'; readonly service: RuntimeService; readonly conditions: readonly CriCondition[] }
  | { readonly kind: 'unknown'; readonly why: string };

/** The service that the kubelet speaks CRI with; undefined under dockershim. */
export async function criEndpoint({ use }: ReadContext): Promise<RuntimeService | undefined> {
  const { services } = await use(runtimeEndpoint);
  return services.find(({ name, role }) => name !== 'docker' && (role === 'endpoint' || role === 'found'));
}

/** Pure: the conditions of a Status answer. */
export function toConditions(response: Readonly<Record<string, unknown>>): CriCondition[] {
  const { conditions } = toObject(response.status);
  return (Array.isArray(conditions) ? conditions : []).filter(isObject).map(({ type, status, reason, message }) => ({
    type: String(type ?? ''),
    status: status === true,
    reason: String(reason ?? ''),
    message: String(message ?? ''),
  }));
}

function whyNot(answer: Exclude<CriAnswer, { kind: 'response' }>): string {
  return answer.kind === 'grpc-error' ? `grpc ${answer.code} ${answer.message}` : answer.kind;
}

/** What the runtime says about itself and about the pod network: the words the kubelet copies into the Ready condition. */
export const criStatus = defineSource<CriStatus>({
  id: 'cri-status',
  deadline: seconds(7),
  keep: seconds(25),
  worthKeeping: ({ kind }) => kind === 'known',
  async read(host, context) {
    const service = await criEndpoint(context);
    if (service === undefined) return { kind: 'unknown', why: 'the kubelet does not use CRI' };
    const { socketPath } = service;
    const answer = await host.criCall({ socketPath, service: 'RuntimeService', method: 'Status', deadline: seconds(4) });
    if (answer.kind !== 'response') return { kind: 'unknown', why: `CRI Status: ${whyNot(answer)}` };
    return { kind: 'known', service, conditions: toConditions(answer.response) };
  },
});
