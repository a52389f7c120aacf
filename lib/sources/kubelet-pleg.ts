import { AgentError } from '../errors.ts';
import { defineSource } from '../model/source.ts';
import { seconds } from '../model/units.ts';
import { type KubeletHealth, kubeletHealthz } from './kubelet-healthz.ts';
import { type KubeletJournal, kubeletJournal } from './kubelet-journal.ts';
import { type KubeletMetrics, kubeletMetrics } from './kubelet-metrics.ts';
import { kubeletProcess, type RunningKubelet } from './kubelet-process.ts';

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
    }
  | { readonly kind: 'absent'; readonly why: string };

const hasAnswered = (health: KubeletHealth): boolean =>
  health.kind === 'asked' && health.probes.some(({ answer }) => answer.kind === 'response' && answer.status < 500);

/** The age of the last relist decides alone, unless Evented PLEG overwrites it. */
const decides = (metrics: KubeletMetrics): boolean => metrics.kind === 'measured' && !metrics.pleg.evented;

const unavailable = (error: unknown) => {
  if (!(error instanceof AgentError)) throw error;
  return { kind: 'unavailable', why: error.message } as const;
};

export const kubeletPleg = defineSource<KubeletPleg>({
  id: 'kubelet-pleg',
  deadline: seconds(9.8),
  async read(_, { use }) {
    const kubelet = await use(kubeletProcess);
    if (kubelet.kind === 'absent') return { kind: 'absent', why: kubelet.why };
    const metrics = await use(kubeletMetrics).catch(unavailable);
    if (decides(metrics)) return { kind: 'running', kubelet, answers: true, metrics };
    const [journal, health] = await Promise.all([use(kubeletJournal).catch(unavailable), use(kubeletHealthz)]);
    return { kind: 'running', kubelet, answers: hasAnswered(health), metrics, journal };
  },
});
