import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { adviceOn, SIGNAL_REASONS } from '../model/eviction.ts';
import { type Evidence, type FaultDetails, type Finding, fault, pass, skip, unknown } from '../model/finding.ts';
import { formatShare } from '../model/limit.ts';
import { formatBytes, formatDuration } from '../model/quantity.ts';
import { type SettingValues, setting } from '../model/setting.ts';
import { isUnavailable, optional, type SourceFailure } from '../model/source.ts';
import { type Sample, timeUntil } from '../model/trend.ts';
import { type Duration, type Instant, minutes, seconds } from '../model/units.ts';
import { evictionThresholdMet } from '../problems/eviction-threshold-met.ts';
import { evictionThresholdNear } from '../problems/eviction-threshold-near.ts';
import { mountPointOf } from '../sources/eviction/eviction-filesystems.ts';
import { type EvictionHistory, evictionHistory } from '../sources/eviction/eviction-history.ts';
import {
  type EvictionSignal,
  type EvictionSignals,
  evictionSignals as readings,
  type SignalThreshold,
} from '../sources/eviction/eviction-signals.ts';
import { type MountTable, mounts } from '../sources/host/mounts.ts';

const SETTINGS = {
  margin: setting.ratio(
    0.2,
    'a fifth of the threshold: 10% is near below 12%, before the kubelet acts and after its image GC has',
  ),
  capacityMargin: setting.ratio(0.02, 'small absolute thresholds (100Mi) need a margin that grows with the machine'),
  timeLeft: setting.duration(minutes(10), 'long enough to find the writer, short enough not to fire at every image pull'),
};

type Guard = SignalThreshold & { readonly value: number };
type Measured = EvictionSignal & { readonly observed: number };

interface Scene {
  readonly now: Instant;
  readonly settings: SettingValues<typeof SETTINGS>;
  readonly eviction: EvictionSignals;
  readonly history: EvictionHistory;
  readonly table: MountTable | SourceFailure;
}

const format = ({ unit }: EvictionSignal, value: number) => (unit === 'bytes' ? formatBytes(value) : String(Math.round(value)));

function level(signal: Measured): string {
  const { observed, capacity } = signal;
  if (capacity === null || capacity === 0) return `${signal.signal} is ${format(signal, observed)}`;
  return `${signal.signal} is ${format(signal, observed)} of ${format(signal, capacity)} (${formatShare(observed, capacity)})`;
}

/** `the hard threshold 10% (594 MiB, default (v1.20.2))`. */
function limit(signal: Measured, { kind, text, value, source }: Guard): string {
  const amount = text.endsWith('%') ? `${format(signal, value)}, ` : '';
  return `the ${kind} threshold ${text} (${amount}${source})`;
}

function evidenceOf(signal: Measured, guard: Guard): Evidence[] {
  const { observed, capacity, at, thresholds } = signal;
  const configured = thresholds.map(({ kind, text }) => `${kind} ${text}`).join(', ');
  return [
    { from: at ?? signal.signal, excerpt: `available ${observed} of ${capacity ?? 'unknown'}` },
    { from: guard.source, excerpt: `${signal.signal}: ${configured}` },
  ];
}

function detailsOf(signal: Measured, guard: Guard, { table }: Scene): FaultDetails {
  const { observed, capacity, unit, at = '/', device } = signal;
  const filesystem = isUnavailable(table) ? at : mountPointOf(table.mounts, at, device);
  return {
    subject: signal.signal,
    evidence: evidenceOf(signal, guard),
    advice: fillIn(adviceOn(signal.signal), { FILESYSTEM: filesystem }),
    measure: { observed, limit: guard.value, unit, ...(capacity === null ? {} : { capacity }) },
  };
}

/** Since when the signal has been below the threshold without a break, as far as this process saw. */
function metSince(value: number, samples: readonly Sample[] = []): Instant | undefined {
  const above = samples.findLastIndex(({ observed }) => observed >= value);
  return samples[above + 1]?.at;
}

function met(signal: Measured, guard: Guard, scene: Scene): Finding {
  const first = metSince(guard.value, scene.history[signal.signal]);
  // The sample of this round was taken after the round began.
  const since = first === undefined ? undefined : Math.min(first, scene.now);
  const stood = since === undefined ? 0 : scene.now - since;
  const grace = guard.kind === 'soft' ? (guard.grace ?? 0) : 0;
  const evicts = scene.eviction.kubelet.installed && stood >= grace;
  const wait = guard.kind === 'soft' ? `; pods are evicted when it stays so for ${formatDuration(grace)}` : '';
  const message = `${level(signal)}, below ${limit(signal, guard)}${wait}`;
  const severity = evicts ? 'critical' : 'warning';
  return fault(evictionThresholdMet, SIGNAL_REASONS[signal.signal], message, {
    ...detailsOf(signal, guard, scene),
    severity,
    ...(since === undefined ? {} : { since }),
  });
}

function near(signal: Measured, guards: readonly Guard[], scene: Scene): Finding | undefined {
  const { settings, history } = scene;
  for (const guard of guards) {
    const margin = Math.max(settings.margin * guard.value, settings.capacityMargin * (signal.capacity ?? 0));
    const headroom = signal.observed - guard.value;
    const left = timeUntil(guard.value, history[signal.signal] ?? []);
    const isClose = headroom < margin;
    if (!isClose && !(left !== undefined && left < settings.timeLeft)) continue;
    const trend = left === undefined ? '' : `, ${aboutTime(left)} left at the present trend`;
    const message = `${level(signal)}, ${format(signal, headroom)} above ${limit(signal, guard)}${trend}`;
    const state = isClose ? 'active' : 'suspected';
    return fault(evictionThresholdNear, SIGNAL_REASONS[signal.signal], message, { ...detailsOf(signal, guard, scene), state });
  }
  return undefined;
}

const aboutTime = (left: Duration) => `about ${formatDuration(Math.max(seconds(1), Math.round(left / 1000) * 1000))}`;

function judge(signal: EvictionSignal, scene: Scene): Finding {
  const { uncertain } = scene.eviction;
  const subject = signal.signal;
  if (signal.absent === true) return skip(`${subject}: ${signal.why}`, { subject });
  if (signal.observed === null) return unknown(`${subject}: ${signal.why}`, { subject });
  const measured: Measured = { ...signal, observed: signal.observed };
  const guards = signal.thresholds.filter((threshold): threshold is Guard => threshold.value !== null);
  if (guards.length === 0 && uncertain !== undefined) {
    return unknown(`${level(measured)}; its threshold is not known`, { subject });
  }
  if (guards.length === 0) return pass(`${level(measured)}, and no threshold`, { subject });

  const hard = guards.find(({ kind, value }) => kind === 'hard' && measured.observed < value);
  const lowest = hard ?? guards.find(({ value }) => measured.observed < value);
  if (lowest !== undefined) return met(measured, lowest, scene);
  const [first] = guards;
  return near(measured, guards, scene) ?? pass(`${level(measured)}, above ${first && limit(measured, first)}`, { subject });
}

export const evictionSignals = defineCheck({
  id: 'eviction-signals',
  title: 'no eviction threshold is met or near',
  interval: seconds(10),
  sources: { eviction: readings, history: optional(evictionHistory), table: optional(mounts) },
  problems: [evictionThresholdMet, evictionThresholdNear],
  settings: SETTINGS,
  evaluate({ eviction, history, table }, { now, settings }) {
    const scene = { now, settings, eviction, table, history: isUnavailable(history) ? {} : history };
    const { uncertain, signals } = eviction;
    const isLacking = signals.some(({ thresholds, absent }) => absent !== true && thresholds.length === 0);
    // One reason for all of them, said once.
    const why = uncertain === undefined || !isLacking ? [] : [unknown(`the thresholds are not known: ${uncertain}`)];
    return [...why, ...signals.map((signal) => judge(signal, scene))];
  },
});
