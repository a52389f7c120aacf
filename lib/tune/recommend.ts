import type { SignalName } from '../model/eviction.ts';
import { formatBytes, formatDuration } from '../model/quantity.ts';
import { KiB, MiB, seconds } from '../model/units.ts';
import type { EvictionSignal } from '../sources/eviction/eviction-signals.ts';
import { parseThreshold, thresholdValue } from '../sources/eviction/eviction-thresholds.ts';
import type { Thresholds } from './target.ts';
import type { Wanted } from './wanted.ts';

/** What a recommendation is worked out from. */
export interface Surroundings {
  readonly signals: readonly EvictionSignal[];
  /** The complete set that is in force, or would be by default. */
  readonly present: Thresholds;
  readonly pods: { readonly count: number; readonly from: string };
  readonly largestImage: { readonly bytes: number; readonly from: string };
  /** Images and the kubelet's directory on one filesystem. */
  readonly shared: boolean;
}

export interface Floor {
  readonly signal: SignalName;
  /** In the signal's unit. */
  readonly value: number;
  readonly arithmetic: string;
}

export interface Recommendation {
  readonly wanted: readonly Wanted[];
  /** One sentence per signal, with its numbers. */
  readonly arithmetic: readonly string[];
  /** Signals for which there is no safe threshold at present. */
  readonly impossible: readonly string[];
}

/** Assumed: 10 s between two looks of the kubelet, 30 s until a pod is gone, 20 s until its space is back. */
const REACTION = seconds(60);
/** Assumed: what a busy pod logs in a second. */
const LOG_RATE = 64 * KiB;
/** Assumed: what kubelet, runtime and journal write meanwhile. */
const OWN = 100 * MiB;
/** Assumed: files of an image, and of a pod with its volumes. */
const IMAGE_FILES = 10_000;
const POD_FILES = 50;
/** As downloaded and as unpacked. */
const IMAGE_COPIES = 2;

const MEMORY_FLOOR = 100 * MiB;

/** What may be written, or used, between the moment a threshold is met and the moment there is room again. */
export function floorsOf({ pods, largestImage, shared }: Surroundings): readonly Floor[] {
  const logs = pods.count * LOG_RATE * (REACTION / 1000);
  const image = largestImage.bytes * IMAGE_COPIES;
  const nodefs = OWN + logs + (shared ? image : 0);
  const imageText = `${IMAGE_COPIES} × ${formatBytes(largestImage.bytes)} (${largestImage.from})`;
  const logText = `${formatBytes(OWN)} of the node's own + ${pods.count} pods (${pods.from}) × ${formatBytes(LOG_RATE)}/s × ${formatDuration(REACTION)}`;
  const files = pods.count * POD_FILES + 1000;
  const filesText = `1000 + ${pods.count} pods × ${POD_FILES}`;
  return [
    { signal: 'memory.available', value: MEMORY_FLOOR, arithmetic: `${formatBytes(MEMORY_FLOOR)}, the kubelet's own default` },
    { signal: 'nodefs.available', value: nodefs, arithmetic: shared ? `${logText} + ${imageText}` : logText },
    {
      signal: 'nodefs.inodesFree',
      value: files + (shared ? IMAGE_FILES : 0),
      arithmetic: shared ? `${filesText} + ${IMAGE_FILES} of an image` : filesText,
    },
    {
      signal: 'imagefs.available',
      value: shared ? nodefs : image,
      arithmetic: shared ? 'as nodefs, the same filesystem' : imageText,
    },
    {
      signal: 'imagefs.inodesFree',
      value: shared ? files + IMAGE_FILES : IMAGE_FILES,
      arithmetic: `${IMAGE_FILES} files of an image`,
    },
  ];
}

const amount = (signal: SignalName, value: number) =>
  signal.endsWith('inodesFree') ? String(Math.round(value)) : formatBytes(value);

/** The whole percentages that leave room on both sides, the largest first. */
function fitting(capacity: number, lowest: number, highest: number): readonly string[] {
  return Array.from({ length: 50 }, (_, index) => `${50 - index}%`).filter((text) => {
    const value = thresholdValue(parseThreshold(text), capacity) ?? 0;
    return value >= lowest && value <= highest;
  });
}

const UNGUARDED: Thresholds = { 'imagefs.inodesFree': '5%' };

type Advice = { readonly text?: string; readonly sentence: string };

function advise({ signal, value: floor, arithmetic }: Floor, reading: EvictionSignal, present: string | undefined): Advice {
  const { observed, capacity } = reading;
  const basis = `floor ${amount(signal, floor)} = ${arithmetic}`;
  if (observed === null || capacity === null)
    return { sentence: `${signal}: not measured (${reading.why ?? 'no value'}); left as it is` };
  const usual = present ?? UNGUARDED[signal];
  const value = usual === undefined ? null : thresholdValue(parseThreshold(usual), capacity);
  const highest = observed - floor;
  const room = `${amount(signal, observed)} available − floor = at most ${amount(signal, highest)}`;
  if (usual !== undefined && value !== null && value >= floor && value <= highest)
    return { text: usual, sentence: `${signal}: ${usual} (${amount(signal, value)}) fits; ${basis}; ${room}` };
  const texts = signal === 'memory.available' ? ['100Mi'].filter(() => floor <= highest) : fitting(capacity, floor, highest);
  // Too high: the largest that fits; too low: the smallest.
  const text =
    value === null || value < floor
      ? texts.at(-1)
      : texts.find((one) => (thresholdValue(parseThreshold(one), capacity) ?? 0) <= value);
  const now = usual === undefined ? 'nothing' : `${usual}${value === null ? '' : ` (${amount(signal, value)})`}`;
  if (text === undefined) return { sentence: `${signal}: no threshold is safe: ${now} now; ${basis}; ${room}` };
  return {
    text,
    sentence: `${signal}: ${text} (${amount(signal, thresholdValue(parseThreshold(text), capacity) ?? 0)}) instead of ${now}; ${basis}; ${room}`,
  };
}

/** Thresholds that leave room below for what is written in the reaction time, and above so that nothing is evicted now. */
export function recommend(surroundings: Surroundings): Recommendation {
  const wanted: Wanted[] = [];
  const arithmetic: string[] = [];
  const impossible: string[] = [];
  for (const floor of floorsOf(surroundings)) {
    const { signal } = floor;
    const reading = surroundings.signals.find((one) => one.signal === signal);
    if (reading === undefined || reading.absent === true) continue;
    const { text, sentence } = advise(floor, reading, surroundings.present[signal]);
    arithmetic.push(sentence);
    if (text !== undefined) wanted.push({ signal, text });
    else if (reading.observed !== null) impossible.push(sentence);
  }
  return { wanted, arithmetic, impossible };
}
