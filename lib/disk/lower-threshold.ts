import { MiB } from '../model/units.ts';
import type { Margins, ShortSignal } from './headroom.ts';

/** A signal with its thresholds as they are in force. */
export interface GuardedSignal extends ShortSignal {
  readonly thresholds: readonly { readonly kind: 'hard' | 'soft'; readonly value: number | null }[];
}

/** The least an operator lets a hard threshold be: as written, and in the signal's unit. */
export interface ThresholdFloor {
  readonly text: string;
  readonly value: number;
}

export type Lowered =
  | { readonly kind: 'lowered'; readonly text: string; readonly value: number }
  /** Sentence fragment. */
  | { readonly kind: 'no'; readonly why: string };

const no = (why: string): Lowered => ({ kind: 'no', why });

/** The highest threshold at which the signal is neither met nor near. */
function allowedBy(observed: number, capacity: number, { margin, capacityMargin }: Margins): number {
  return Math.min(observed / (1 + margin), observed - capacityMargin * capacity);
}

const TENTHS = 1000;

/** In the floor's own notation, never below it; rounded down, for the signal has to be beyond its margin. */
function write(value: number, capacity: number, floor: ThresholdFloor, unit: GuardedSignal['unit']): ThresholdFloor {
  if (floor.text.endsWith('%')) {
    const tenths = Math.floor((value / capacity) * TENTHS);
    const written = (tenths * capacity) / TENTHS;
    return written > floor.value ? { text: `${tenths / 10}%`, value: written } : floor;
  }
  const step = unit === 'bytes' ? MiB : 1;
  const written = Math.floor(value / step) * step;
  if (written <= floor.value) return floor;
  return { text: unit === 'bytes' ? `${written / MiB}Mi` : String(written), value: written };
}

/** How far a hard threshold has to be lowered for its check to pass: no further, and never below the operator's floor. */
export function lowerThreshold(signal: GuardedSignal, floor: ThresholdFloor, margins: Margins): Lowered {
  const { observed, capacity, thresholds, unit } = signal;
  const hard = thresholds.find(({ kind, value }) => kind === 'hard' && value !== null)?.value ?? null;
  if (observed === null || capacity === null) return no('what is left of it is not known');
  if (hard === null) return no('it has no hard threshold');
  const allowed = allowedBy(observed, capacity, margins);
  const soft = thresholds.find(({ kind, value }) => kind === 'soft' && value !== null && value > allowed);
  if (soft !== undefined) return no('its soft threshold is met or near, and that is not touched');
  if (allowed >= hard) return no('its hard threshold is not what is met or near');
  if (floor.value >= hard) return no(`the floor ${floor.text} is no lower than the threshold in force`);
  if (floor.value > allowed) return no(`even at the floor ${floor.text} it would be met or near`);
  return { kind: 'lowered', ...write(allowed, capacity, floor, unit) };
}
