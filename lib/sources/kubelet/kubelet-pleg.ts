import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Instant, minutes, seconds } from '../../model/units.ts';
import { nodeObject } from '../cluster/node-object.ts';
import { type KubeletHealth, kubeletHealthz } from './kubelet-healthz.ts';
import { type KubeletJournal, kubeletJournal } from './kubelet-journal.ts';
import { type KubeletMetrics, kubeletMetrics } from './kubelet-metrics.ts';
import { kubeletProcess, type RunningKubelet } from './kubelet-process.ts';
import { type PlegReady, toPlegReady } from './pleg-ready.ts';

/** Every witness of the PLEG of the kubelet that runs now, the best first. Those behind a good one are not heard. */
export type KubeletPleg =
  | {
      readonly kind: 'running';
      readonly kubelet: RunningKubelet;
      /** Whether the process can have said anything: a stopped one is silent in every way. */
      readonly answers: boolean;
      readonly metrics: KubeletMetrics;
      /** Asked for only without a usable metric. */
      readonly journal?: KubeletJournal;
      /** Asked for only when the journal cannot tell either: the API server pays for it. */
      readonly ready?: PlegReady;
    }
  | { readonly kind: 'absent'; readonly why: string };

const hasAnswered = (health: KubeletHealth): boolean =>
  health.kind === 'asked' && health.probes.some(({ answer }) => answer.kind === 'response' && answer.status < 500);

/** The age of the last relist decides alone, unless Evented PLEG overwrites it. */
const decides = (metrics: KubeletMetrics): boolean => metrics.kind === 'measured' && !metrics.pleg.evented;

/** A complaint is repeated every 5 s: what the journal still holds must reach back further. */
const LOOKS_BACK = seconds(15);

/** Silence means something only of a process that is heard, and that is old enough to complain. */
function canTell(journal: KubeletJournal, kubelet: RunningKubelet, now: Instant): boolean {
  if (journal.kind !== 'read' || journal.heard === 0 || journal.from === undefined) return false;
  return now - kubelet.startedAt >= minutes(3) && now - journal.from >= LOOKS_BACK;
}

const unavailable = (error: unknown) => {
  if (!(error instanceof AgentError)) throw error;
  return { kind: 'unavailable', why: error.message, unavailable: error.message } as const;
};

async function hearWitnesses(
  host: HostView,
  { use }: ReadContext,
  kubelet: RunningKubelet,
  metrics: KubeletMetrics,
): Promise<KubeletPleg> {
  const [journal, health] = await Promise.all([use(kubeletJournal).catch(unavailable), use(kubeletHealthz)]);
  const answers = hasAnswered(health);
  const heard = { kind: 'running', kubelet, answers, metrics, journal } as const;
  if (!answers || canTell(journal, kubelet, host.clock.now())) return heard;
  const ready = toPlegReady(await use(nodeObject).catch(unavailable), kubelet.startedAt);
  return ready === undefined ? heard : { ...heard, ready };
}

/** What is known of the PLEG, from the best witness that can be heard. */
export const kubeletPleg = defineSource<KubeletPleg>({
  id: 'kubelet-pleg',
  deadline: seconds(9.8),
  async read(host, context) {
    const kubelet = await context.use(kubeletProcess);
    if (kubelet.kind === 'absent') return { kind: 'absent', why: kubelet.why };
    const metrics = await context.use(kubeletMetrics).catch(unavailable);
    if (decides(metrics)) return { kind: 'running', kubelet, answers: true, metrics };
    return hearWitnesses(host, context, kubelet, metrics);
  },
});
