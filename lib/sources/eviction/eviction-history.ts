import type { HostView } from '../../host/host.ts';
import type { SignalName } from '../../model/eviction.ts';
import { defineSource } from '../../model/source.ts';
import type { Sample } from '../../model/trend.ts';
import { minutes, seconds } from '../../model/units.ts';
import { evictionSignals } from './eviction-signals.ts';

/** Earlier observations of each signal, this round's the last. One look gives one sample: no trend. */
export type EvictionHistory = Readonly<Partial<Record<SignalName, readonly Sample[]>>>;

const SPAN = minutes(10);
/** Looks that come faster (doctor --watch) are thinned, so that the span stays the same. */
const SPACING = seconds(9);

/** Pure: a sample more, old ones dropped; a clock that was set back starts anew. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const kept = samples.filter(({ at }) => at <= sample.at && sample.at - at <= SPAN);
  const before = kept.at(-2);
  const replaces = before !== undefined && sample.at - before.at < SPACING;
  return [...(replaces ? kept.slice(0, -1) : kept), sample];
}

/** Lives as long as the process and the host it looks at. */
const histories = new WeakMap<HostView, EvictionHistory>();

export const evictionHistory = defineSource<EvictionHistory>({
  id: 'eviction-history',
  deadline: seconds(9),
  async read(host, { use }) {
    const { signals } = await use(evictionSignals);
    const history: Partial<Record<SignalName, readonly Sample[]>> = { ...histories.get(host) };
    const at = host.clock.now();
    for (const { signal, observed } of signals) {
      if (observed !== null) history[signal] = withSample(history[signal] ?? [], { at, observed });
    }
    histories.set(host, history);
    return history;
  },
});
