import type { Headroom } from '../model/reclaim.ts';

/** An eviction signal of a filesystem, as far as it says how much is short. */
export interface ShortSignal {
  readonly unit: 'bytes' | 'count';
  readonly observed: number | null;
  readonly capacity: number | null;
  readonly thresholds: readonly { readonly value: number | null }[];
}

/** As `checks.eviction-signals` has them. */
export interface Margins {
  readonly margin: number;
  readonly capacityMargin: number;
}

/** A hair above the line, so that the check does not find it near again. */
const SLACK = 1.01;

/** What has to be available for a signal to be neither met nor near; undefined: nobody guards it. */
export function targetOf({ capacity, thresholds }: ShortSignal, { margin, capacityMargin }: Margins): number | undefined {
  const values = thresholds.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return undefined;
  const highest = Math.max(...values);
  return Math.ceil((highest + Math.max(margin * highest, capacityMargin * (capacity ?? 0))) * SLACK);
}

/** What has to be available on a filesystem again; 0 of what is not short. */
export function headroomFor(signals: readonly ShortSignal[], margins: Margins): Headroom {
  const shortOf = (unit: ShortSignal['unit']) =>
    signals
      .filter((signal) => signal.unit === unit && signal.observed !== null)
      .map((signal) => ({ observed: signal.observed ?? 0, target: targetOf(signal, margins) ?? 0 }))
      .filter(({ observed, target }) => observed < target)
      .map(({ target }) => target);
  return { bytes: Math.max(0, ...shortOf('bytes')), inodes: Math.max(0, ...shortOf('count')) };
}
