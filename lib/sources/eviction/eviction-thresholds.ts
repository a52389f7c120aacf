import { isSignal, type SignalName } from '../../model/eviction.ts';
import { parseDuration, parseQuantity } from '../../model/quantity.ts';
import type { Duration } from '../../model/units.ts';
import type { Setting, Texts } from '../kubelet/kubelet-config-merge.ts';
import type { EvictionSettings } from '../kubelet/kubelet-effective.ts';

export type ThresholdValue =
  | { readonly kind: 'quantity'; readonly value: number }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'off' }
  | { readonly kind: 'refused'; readonly why: string };

/** A threshold as the kubelet parses it; `0%` and `100%` are its words for "off". */
export function parseThreshold(text: string): ThresholdValue {
  if (text === '0%' || text === '100%') return { kind: 'off' };
  if (text.endsWith('%')) {
    const number = text.replace(/%+$/, '');
    const percent = number.trim() === number && number !== '' ? Number(number) : Number.NaN;
    if (!Number.isFinite(percent)) return { kind: 'refused', why: `"${text}" is no percentage` };
    if (percent < 0) return { kind: 'refused', why: `"${text}" must not be negative` };
    // Kubelets before 1.21 parse it, and then find their allocatable negative: they exit as well.
    if (percent > 100) return { kind: 'refused', why: `"${text}" must be at most 100%` };
    // The kubelet keeps a float32: 10% of a disk is a few bytes more than a tenth.
    return { kind: 'share', share: Math.fround(Math.fround(percent) / 100) };
  }
  const value = parseQuantity(text);
  if (value === undefined) return { kind: 'refused', why: `"${text}" is no quantity; write 100Mi, 1e9 or 10%` };
  return value > 0 ? { kind: 'quantity', value } : { kind: 'refused', why: `"${text}" must be positive` };
}

export interface Threshold {
  readonly signal: SignalName;
  readonly kind: 'hard' | 'soft';
  /** As configured: `10%`, `100Mi`. */
  readonly text: string;
  readonly value: ThresholdValue;
  readonly source: string;
  /** Soft only: how long it must stay met. */
  readonly grace?: Duration;
  readonly minimumReclaim?: string;
}

/** A setting with which a kubelet does not start. */
export interface Refusal {
  readonly signal: string;
  readonly message: string;
  readonly source: string;
}

export interface Thresholds {
  readonly thresholds: readonly Threshold[];
  readonly refusals: readonly Refusal[];
  /** Why it is not certain which thresholds are in force. */
  readonly uncertain?: string;
}

const sourceOf = (setting: Setting<Texts>, key: string) => setting.keySources?.[key] ?? setting.source;

function graceOf(signal: SignalName, settings: EvictionSettings): Duration | string {
  const text = settings.evictionSoftGracePeriod.value[signal];
  if (text === undefined) return `evictionSoft ${signal} has no evictionSoftGracePeriod`;
  const grace = parseDuration(text);
  if (grace === undefined || grace < 0) return `evictionSoftGracePeriod ${signal}: "${text}" is no duration; write 1m30s`;
  return grace;
}

function toValue(text: string, mistyped: boolean): ThresholdValue {
  if (mistyped) return { kind: 'refused', why: `${text} is no text; write it in quotes` };
  return parseThreshold(text);
}

/** Pure: what the settings mean, and what a kubelet would refuse in them. */
export function toThresholds(settings: EvictionSettings): Thresholds {
  const thresholds: Threshold[] = [];
  const refusals: Refusal[] = [];

  const add = (kind: 'hard' | 'soft', setting: Setting<Texts>): void => {
    // What might be in force is no threshold: a reader would take it for one.
    if (setting.uncertain !== undefined) return;
    for (const [signal, text] of Object.entries(setting.value)) {
      const source = sourceOf(setting, signal);
      const name = kind === 'hard' ? 'evictionHard' : 'evictionSoft';
      if (!isSignal(signal)) {
        refusals.push({ signal, source, message: `${name}: "${signal}" is no eviction signal` });
        continue;
      }
      const value = toValue(text, setting.mistyped?.includes(signal) === true);
      if (value.kind === 'refused') refusals.push({ signal, source, message: `${name} ${signal}: ${value.why}` });
      const grace = kind === 'soft' && value.kind !== 'off' ? graceOf(signal, settings) : undefined;
      if (typeof grace === 'string') refusals.push({ signal, source, message: grace });
      const reclaim = settings.evictionMinimumReclaim.value[signal];
      thresholds.push({
        signal,
        kind,
        text,
        value,
        source,
        ...(typeof grace === 'number' ? { grace } : {}),
        ...(reclaim === undefined ? {} : { minimumReclaim: reclaim }),
      });
    }
  };
  add('hard', settings.evictionHard);
  add('soft', settings.evictionSoft);
  const uncertain = settings.evictionHard.uncertain ?? settings.evictionSoft.uncertain;
  return { thresholds, refusals, ...(uncertain === undefined ? {} : { uncertain }) };
}

/** In the signal's unit; null when it is off, refused, or a share of an unknown capacity. */
export function thresholdValue(value: ThresholdValue, capacity: number | null): number | null {
  if (value.kind === 'quantity') return value.value;
  if (value.kind === 'share' && capacity !== null) return Math.trunc(capacity * value.share);
  return null;
}
