import type { HostView, HttpAnswer } from '../../host/host.ts';
import { explainConnectFailure } from '../../model/connect-failure.ts';
import { defineSource } from '../../model/source.ts';
import { MiB, seconds } from '../../model/units.ts';
import { kubeletProcess, type RunningKubelet } from './kubelet-process.ts';
import { type PlegMetrics, parsePlegMetrics } from './pleg-metrics.ts';
import { rememberRelist } from './relist-age.ts';

export type KubeletMetrics =
  | { readonly kind: 'measured'; readonly url: string; readonly pleg: PlegMetrics }
  /** `denied`: the kubelet wants an identity with nodes/metrics, which its own certificate does not have. */
  | { readonly kind: 'denied' | 'unavailable'; readonly why: string };

const MOST = 8 * MiB;

/** A cut body must not be judged: the histogram of the relists may be in what is missing. */
function judge(url: string, answer: HttpAnswer): KubeletMetrics {
  if (answer.kind === 'no-identity' || answer.kind === 'untrusted') return { kind: 'denied', why: `${url}: ${answer.reason}` };
  if (answer.kind !== 'response') return { kind: 'unavailable', why: `${url}: ${explainConnectFailure(answer)}` };
  if (answer.status === 401 || answer.status === 403) return { kind: 'denied', why: `${url} answered ${answer.status}` };
  if (answer.status !== 200) return { kind: 'unavailable', why: `${url} answered ${answer.status}` };
  if (answer.truncated) return { kind: 'unavailable', why: `${url} is longer than 8 MiB` };
  const pleg = parsePlegMetrics(answer.body);
  return pleg === undefined ? { kind: 'unavailable', why: `${url} has no PLEG metrics` } : { kind: 'measured', url, pleg };
}

async function readKubeletMetrics(host: HostView, { servers = {} }: RunningKubelet): Promise<KubeletMetrics> {
  const secure = servers.api === undefined ? undefined : `${servers.api}/metrics`;
  const plain = servers.readOnly === undefined ? undefined : `${servers.readOnly}/metrics`;
  if (secure === undefined && plain === undefined)
    return { kind: 'unavailable', why: 'the kubelet owns no port that serves metrics' };
  const first =
    secure === undefined
      ? undefined
      : judge(secure, await host.httpGet({ url: secure, deadline: seconds(3), maxBytes: MOST, tls: 'cluster' }));
  // A kubelet that gave no answer on one port gives none on the other, and the round has no time to wait for both.
  if (plain === undefined || (first !== undefined && first.kind !== 'denied')) {
    return first ?? { kind: 'unavailable', why: 'the kubelet serves no metrics' };
  }
  return judge(plain, await host.httpGet({ url: plain, deadline: seconds(2), maxBytes: MOST }));
}

/** The kubelet's PLEG metrics: from its API where our identity may read them, else from the read-only port if it is open. */
export const kubeletMetrics = defineSource<KubeletMetrics>({
  id: 'kubelet-metrics',
  deadline: seconds(9.5),
  keep: seconds(60),
  worthKeeping: ({ kind }) => kind === 'denied',
  async read(host, { use }) {
    const kubelet = await use(kubeletProcess);
    if (kubelet.kind === 'absent') return { kind: 'unavailable', why: kubelet.why };
    if (kubelet.unproven !== undefined) return { kind: 'unavailable', why: kubelet.unproven };
    const metrics = await readKubeletMetrics(host, kubelet);
    const usable = metrics.kind === 'measured' && !metrics.pleg.evented;
    rememberRelist(host, usable ? metrics.pleg.lastSeen : undefined);
    return metrics;
  },
});
