import { isSignal, SIGNAL_REASONS, type SignalName } from '../model/eviction.ts';
import { nearest } from '../model/nearest.ts';
import { parseDuration } from '../model/quantity.ts';
import { parseThreshold } from '../sources/eviction/eviction-thresholds.ts';

/** One `--set`: hard, or soft with its grace period as a Go duration. */
export interface Wanted {
  readonly signal: SignalName;
  readonly text: string;
  readonly grace?: string;
}

/** The kubelet derives these from others and refuses, or ignores, what is set by hand. */
const DERIVED: readonly SignalName[] = ['containerfs.available', 'containerfs.inodesFree', 'allocatableMemory.available'];

export const settableSignals: readonly SignalName[] = (Object.keys(SIGNAL_REASONS) as SignalName[]).filter(
  (signal) => !DERIVED.includes(signal),
);

/** `nodefs.available<5%`, soft: `nodefs.available<15% for 2m`; a text says what is wrong with it. */
export function parseWanted(argument: string): Wanted | string {
  const [, signal = '', text = '', grace] = /^\s*([A-Za-z.]+)\s*<\s*(\S+?)(?:\s+for\s+(\S+))?\s*$/.exec(argument) ?? [];
  if (signal === '')
    return `${JSON.stringify(argument)} is no threshold; write 'nodefs.available<5%', or 'nodefs.available<15% for 2m' for a soft one`;
  if (!isSignal(signal)) {
    const meant = nearest(signal, settableSignals);
    return `${signal} is no eviction signal${meant === undefined ? `; one of ${settableSignals.join(', ')}` : `; did you mean ${meant}?`}`;
  }
  if (DERIVED.includes(signal)) return `${signal} cannot be set by hand: the kubelet derives it from another signal`;
  const value = parseThreshold(text);
  if (value.kind === 'refused') return `${signal}: ${value.why}; the kubelet would not start`;
  if (grace === undefined) return { signal, text };
  const duration = parseDuration(grace);
  if (duration === undefined || duration <= 0) return `${signal}: the grace period "${grace}" is no duration; write 90s or 1m30s`;
  return { signal, text, grace };
}
