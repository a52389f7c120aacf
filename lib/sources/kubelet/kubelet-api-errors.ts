import { defineSource } from '../../model/source.ts';
import { type Duration, type Instant, minutes, seconds } from '../../model/units.ts';
import { nodeLease } from '../cluster/node-lease.ts';
import { type KubeletLines, readKubeletLines } from './kubelet-lines.ts';

/** What the kubelet itself says about its way to the API server; asked only when its Lease is late. */
export type KubeletApiErrors =
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'heard'; readonly count: number; readonly last?: { readonly at: Instant; readonly line: string } }
  | { readonly kind: 'unavailable'; readonly why: string };

const WINDOW = minutes(3);
/** One renewal and a half: before that no kubelet has had time to complain. */
const LATE: Duration = seconds(15);

/** kubelet.go, nodelease/controller.go and reflector.go of v1.13 to v1.36. */
const API_ERROR =
  /[Ee]rror updating node status|[Uu]nable to update node status|[Ff]ailed to (?:update|get|ensure)(?: node)? lease|[Uu]nable to register node|[Ee]rror getting (?:the current )?node|Failed to watch \*v1\.Node|dial tcp .*(?:connection refused|i\/o timeout|no route to host)|TLS handshake timeout|http2: client connection lost/;

/** Pure: the errors among the kubelet's lines. */
export function toApiErrors(lines: KubeletLines): KubeletApiErrors {
  if (lines.kind === 'unavailable') return lines;
  const errors = lines.entries.filter(({ message }) => API_ERROR.test(message.slice(0, 2000)));
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
    if (lease.kind === 'not-joined') return { kind: 'not-needed' };
    const renewedAt = lease.kind === 'found' ? lease.value.renewedAt : undefined;
    if (renewedAt !== undefined && host.clock.now() - renewedAt < LATE) return { kind: 'not-needed' };
    return toApiErrors(await readKubeletLines(host, context, WINDOW));
  },
});
