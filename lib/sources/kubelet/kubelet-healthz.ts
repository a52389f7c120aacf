import type { HostView, HttpAnswer } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, ms, seconds } from '../../model/units.ts';
import { kubeletProcess, type RunningKubelet } from './kubelet-process.ts';

/** What one of the kubelet's own health endpoints said. */
export interface HealthProbe {
  readonly url: string;
  readonly answer: HttpAnswer;
}

export type KubeletHealth =
  | {
      readonly kind: 'asked';
      readonly probes: readonly HealthProbe[];
      /** CPU time the kubelet used while it gave no answer, in ticks of 10 ms; only known when a probe timed out. */
      readonly progress?: number;
    }
  /** `why`: sentence fragment. A port that is not the kubelet's own is never asked: a pod on the host's network may hold it. */
  | { readonly kind: 'not-asked'; readonly why: string };

// A kubelet that is short of CPU answers within a second or two.
const PATIENCE = seconds(5);
/** A stopped process answers never: no need to wait long for what its state already says. */
const patienceWith = (state: string) => (/^[Tt]$/.test(state) ? seconds(1) : PATIENCE);

async function cpuTicksOf(host: HostView, pid: number): Promise<number | undefined> {
  const answer = await host.readFile(`/proc/${pid}/stat`, { maxBytes: 4 * KiB, deadline: ms(500) });
  if (answer.kind !== 'text') return undefined;
  // The name may hold blanks and parentheses; utime and stime are the 14th and 15th field of proc(5).
  const fields = answer.text.slice(answer.text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(ticks) ? undefined : ticks;
}

/** A TLS handshake every few seconds is dear: :10250, which adds the sync loop, is asked when it is worth it, or alone there. */
function urlsOf({ servers = {} }: RunningKubelet, thorough: boolean): readonly string[] {
  const both = [servers.healthz, servers.api].filter((base) => base !== undefined).map((base) => `${base}/healthz`);
  return thorough ? both : both.slice(0, 1);
}

async function probe(host: HostView, kubelet: RunningKubelet, thorough: boolean): Promise<KubeletHealth> {
  const { pid, state } = kubelet;
  const urls = urlsOf(kubelet, thorough);
  if (urls.length === 0) return { kind: 'not-asked', why: 'the kubelet owns no listening port' };
  const before = await cpuTicksOf(host, pid);
  const probes = await Promise.all(
    urls.map(async (url) => {
      const answer = await host.httpGet({
        url,
        deadline: patienceWith(state),
        maxBytes: 16 * KiB,
        kept: true,
        ...(url.startsWith('https:') ? { tls: 'unverified' as const } : {}),
      });
      return { url, answer };
    }),
  );
  if (!probes.some(({ answer }) => answer.kind === 'timed-out')) return { kind: 'asked', probes };
  const after = await cpuTicksOf(host, pid);
  return before === undefined || after === undefined
    ? { kind: 'asked', probes }
    : { kind: 'asked', probes, progress: after - before };
}

/** :10248/healthz and :10250/healthz without credentials, each only if the kubelet's own process owns the port. */
export const kubeletHealthz = defineSource<KubeletHealth>({
  id: 'kubelet-healthz',
  deadline: seconds(9.5),
  keep: seconds(2),
  async read(host, { use, thorough }) {
    const kubelet = await use(kubeletProcess);
    if (kubelet.kind === 'absent') return { kind: 'not-asked', why: kubelet.why };
    if (kubelet.unproven !== undefined) return { kind: 'not-asked', why: kubelet.unproven };
    return probe(host, kubelet, thorough);
  },
});
