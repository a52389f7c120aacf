import type { SignalName } from '../model/eviction.ts';
import { formatBytes, parseDuration } from '../model/quantity.ts';
import type { EvictionSignal } from '../sources/eviction/eviction-signals.ts';
import { parseThreshold, thresholdValue } from '../sources/eviction/eviction-thresholds.ts';
import type { EvictionSettings } from '../sources/kubelet/kubelet-effective.ts';
import type { Target, Thresholds } from './target.ts';
import { settableSignals } from './wanted.ts';

/** One signal before and after, in its unit; null: nobody guards it, or it is not known. */
export interface SignalChange {
  readonly signal: SignalName;
  readonly kind: 'hard' | 'soft';
  readonly before: string | null;
  readonly after: string | null;
  readonly beforeValue: number | null;
  readonly afterValue: number | null;
  /** Soft ones: how long it must stay met, as it would be. */
  readonly grace: string | null;
  readonly observed: number | null;
  readonly capacity: number | null;
  readonly effect: 'same' | 'stronger' | 'weaker' | 'unknown';
}

export interface PlanRefusal {
  readonly reason: 'evicts-at-once' | 'weakens' | 'cannot-tell';
  readonly signal: SignalName;
  readonly message: string;
}

/** Comparable only if both are shares, or the capacity is known: then a share is a number as well. */
function strength(text: string | undefined, capacity: number | null): { share?: number; value: number | null } {
  if (text === undefined) return { share: 0, value: 0 };
  const value = parseThreshold(text);
  if (value.kind === 'off' || value.kind === 'refused') return { share: 0, value: 0 };
  if (value.kind === 'share') return { share: value.share, value: thresholdValue(value, capacity) };
  return { value: value.value };
}

function effectOf(before: string | undefined, after: string | undefined, capacity: number | null): SignalChange['effect'] {
  if (before === after) return 'same';
  const one = strength(before, capacity);
  const other = strength(after, capacity);
  const shares = one.share !== undefined && other.share !== undefined;
  const [from, to] = shares ? [one.share, other.share] : [one.value, other.value];
  if (from === null || to === null || from === undefined || to === undefined) return 'unknown';
  if (from === to) return 'same';
  return to > from ? 'stronger' : 'weaker';
}

/** The same threshold guards less when it must be met for longer. */
function graceEffect(before: string | undefined, after: string | undefined): SignalChange['effect'] {
  const [from, to] = [parseDuration(before ?? ''), parseDuration(after ?? '')];
  if (before === after || (from !== undefined && from === to)) return 'same';
  if (from === undefined || to === undefined) return 'unknown';
  return to > from ? 'weaker' : 'stronger';
}

/** Of a threshold and its grace period, whichever guards less. */
function together(one: SignalChange['effect'], other: SignalChange['effect']): SignalChange['effect'] {
  const found = [one, other];
  return (['weaker', 'unknown', 'stronger'] as const).find((effect) => found.includes(effect)) ?? 'same';
}

function changeOf(
  kind: 'hard' | 'soft',
  signal: SignalName,
  maps: {
    readonly before: Readonly<Record<string, string>>;
    readonly after: Thresholds;
    readonly grace?: Thresholds;
    readonly graceBefore?: Readonly<Record<string, string>>;
  },
  reading: EvictionSignal | undefined,
): SignalChange {
  const capacity = reading?.capacity ?? null;
  const [before, after] = [maps.before[signal], maps.after[signal]];
  const effect = effectOf(before, after, capacity);
  const isBoth = kind === 'soft' && before !== undefined && after !== undefined;
  const toValue = (text: string | undefined) => (text === undefined ? null : thresholdValue(parseThreshold(text), capacity));
  return {
    signal,
    kind,
    before: before ?? null,
    after: after ?? null,
    beforeValue: toValue(before),
    afterValue: toValue(after),
    grace: maps.grace?.[signal] ?? null,
    observed: reading?.observed ?? null,
    capacity,
    effect: isBoth ? together(effect, graceEffect(maps.graceBefore?.[signal], maps.grace?.[signal])) : effect,
  };
}

/** Every signal, those that nobody guards as well; soft ones where there are any. */
export function changesOf(
  settings: EvictionSettings,
  target: Target,
  signals: readonly EvictionSignal[],
): readonly SignalChange[] {
  const reading = (signal: SignalName) => signals.find((one) => one.signal === signal);
  const hard = { before: settings.evictionHard.value, after: target.hard };
  const soft = {
    before: settings.evictionSoft.value,
    after: target.soft,
    grace: target.grace,
    graceBefore: settings.evictionSoftGracePeriod.value,
  };
  return [
    ...settableSignals.map((signal) => changeOf('hard', signal, hard, reading(signal))),
    ...settableSignals
      .filter((signal) => soft.before[signal] !== undefined || soft.after[signal] !== undefined)
      .map((signal) => changeOf('soft', signal, soft, reading(signal))),
  ];
}

const amount = (signal: SignalName, value: number) =>
  /inodesFree|^pid/.test(signal) ? String(Math.round(value)) : formatBytes(value);

function refusalOf(change: SignalChange, absent: boolean, allowWeaker: boolean): PlanRefusal | undefined {
  const { signal, kind, before, after, beforeValue, afterValue, observed, effect, grace } = change;
  const wanted = grace === null ? after : `${after} for ${grace}`;
  if (effect === 'same' || after === null) return undefined;
  const isHigher = afterValue !== null && afterValue > (beforeValue ?? 0);
  // A soft one may be higher and weaker, by its grace period: it can still evict.
  if (effect === 'weaker' && allowWeaker && !isHigher) return undefined;
  if (effect === 'weaker' && !allowWeaker) {
    return {
      reason: 'weakens',
      signal,
      message: `${signal}: ${kind} ${wanted} is weaker than ${before === after ? 'with its grace period now' : before}; allow it with --allow-weaker`,
    };
  }
  if (absent) return undefined;
  if (observed === null || afterValue === null || effect === 'unknown') {
    const message = `${signal}: what is available cannot be measured, so whether ${after} would evict at once cannot be told`;
    return { reason: 'cannot-tell', signal, message };
  }
  if (observed >= afterValue) return undefined;
  const when = grace === null ? 'at once' : `after ${grace}`;
  const message = `${signal}: ${amount(signal, observed)} is available and ${after} is ${amount(signal, afterValue)}: pods would be evicted ${when}`;
  return { reason: 'evicts-at-once', signal, message };
}

/** Why this must not be written. */
export function refusalsOf(
  changes: readonly SignalChange[],
  signals: readonly EvictionSignal[],
  allowWeaker: boolean,
): readonly PlanRefusal[] {
  const absent = (signal: SignalName) => signals.find((one) => one.signal === signal)?.absent === true;
  return changes
    .map((change) => refusalOf(change, absent(change.signal), allowWeaker))
    .filter((refusal) => refusal !== undefined);
}
