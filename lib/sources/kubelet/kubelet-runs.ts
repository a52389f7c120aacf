import { AgentError } from '../../errors.ts';
import { defineSource } from '../../model/source.ts';
import { minutes, seconds } from '../../model/units.ts';
import { type KubeletJournal, kubeletJournal } from './kubelet-journal.ts';
import { kubeletProcess } from './kubelet-process.ts';
import { type KubeletUnit, kubeletUnit } from './kubelet-unit.ts';

/** How the kubelet's runs went. */
export type KubeletRuns =
  /** The present run is longer than a crash loop looks back: neither systemd nor the journal need be asked. */
  { readonly kind: 'settled' } | { readonly kind: 'asked'; readonly unit: KubeletUnit; readonly journal: KubeletJournal };

const SETTLED_AFTER = minutes(10);

export const kubeletRuns = defineSource<KubeletRuns>({
  id: 'kubelet-runs',
  deadline: seconds(9.7),
  async read(host, { use }) {
    const kubelet = await use(kubeletProcess);
    if (kubelet.kind === 'running' && kubelet.ownsPort && host.clock.now() - kubelet.startedAt >= SETTLED_AFTER) {
      return { kind: 'settled' };
    }
    const [unit, journal] = await Promise.all([
      use(kubeletUnit),
      use(kubeletJournal).catch((error: unknown): KubeletJournal => {
        if (!(error instanceof AgentError)) throw error;
        return { kind: 'unavailable', why: error.message };
      }),
    ]);
    return { kind: 'asked', unit, journal };
  },
});
