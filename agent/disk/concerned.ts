import type { Fault } from '../../lib/model/finding.ts';
import type { FactOf } from '../../lib/model/source.ts';
import { mountPointOf } from '../../lib/sources/eviction/eviction-filesystems.ts';
import { type EvictionSignal, evictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import { mounts } from '../../lib/sources/host/mounts.ts';

/** A filesystem that is short of something, and the faults that say so. */
export interface Concerned {
  /** Mount point. */
  readonly filesystem: string;
  readonly faults: readonly Fault[];
}

export const isDiskFault = ({ type, subject = '' }: Pick<Fault, 'type' | 'subject'>): boolean =>
  (type === 'EvictionThresholdMet' || type === 'EvictionThresholdNear') && /fs\./.test(subject);

/** Each filesystem once: image store and kubelet often share one. */
export async function concernedBy(faults: readonly Fault[], factOf: FactOf): Promise<readonly Concerned[]> {
  const short = faults.filter(isDiskFault);
  if (short.length === 0) return [];
  const [eviction, table] = await Promise.all([factOf(evictionSignals), factOf(mounts)]);
  const placeOf = ({ at = '/', device }: EvictionSignal) => (table === undefined ? at : mountPointOf(table.mounts, at, device));
  const placed = short.flatMap((fault) => {
    const signal = eviction?.signals.find(({ signal: name }) => name === fault.subject);
    return signal === undefined ? [] : [{ filesystem: placeOf(signal), fault }];
  });
  const places = [...new Set(placed.map(({ filesystem }) => filesystem))];
  return places.map((filesystem) => ({
    filesystem,
    faults: placed.filter((one) => one.filesystem === filesystem).map(({ fault }) => fault),
  }));
}
