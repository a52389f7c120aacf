import { defineSource } from '../../model/source.ts';
import { type Duration, type Instant, seconds } from '../../model/units.ts';
import { nodeLease } from '../cluster/node-lease.ts';
import { API_ERRORS_WITHIN, isApiError } from './api-error-lines.ts';
import { type KubeletLines, readKubeletLines } from './kubelet-lines.ts';

/** What the kubelet itself says about its way to the API server; asked only when its Lease is late. */
export type KubeletApiErrors =
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'heard'; readonly count: number; readonly last?: { readonly at: Instant; readonly line: string } }
  | { readonly kind: 'unavailable'; readonly why: string };

/** One renewal and a half: before that no kubelet has had time to complain. */
const LATE: Duration = seconds(15);

/** Pure: the errors among the kubelet's lines. */
export function toApiErrors(lines: KubeletLines): KubeletApiErrors {
  if (lines.kind === 'unavailable') return lines;
  const errors = lines.entries.filter(({ message }) => isApiError(message));
  const last = errors.at(-1);
  return {
    kind: 'heard',
    count: errors.length,
    ...(last === undefined ? {} : { last: { at: last.at, line: last.message.slice(0, 500) } }),
  };
}

export const kubeletApiErrors = defineSource<KubeletApiErrors>({
  id: 'kubelet-api-errors',
  deadline: seconds(9),
  async read(host, context) {
    const lease = await context.use(nodeLease);
    if (lease.kind === 'not-joined' || lease.kind === 'not-needed') return { kind: 'not-needed' };
    const renewedAt = lease.kind === 'found' ? lease.value.renewedAt : undefined;
    if (renewedAt !== undefined && host.clock.now() - renewedAt < LATE) return { kind: 'not-needed' };
    return toApiErrors(await readKubeletLines(host, context, API_ERRORS_WITHIN));
  },
});
