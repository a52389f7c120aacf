import type { HostView } from '../../host/host.ts';
import type { SignalName } from '../../model/eviction.ts';
import { minorOf } from '../../model/kubernetes-version.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Duration, seconds } from '../../model/units.ts';
import { rulesOf } from '../kubelet/kubelet-defaults.ts';
import { type ConfigProblem, type KubeletSettings, kubeletSettings } from '../kubelet/kubelet-settings.ts';
import { type ImageFilesystem, imageFilesystem } from '../runtime/image-filesystem.ts';
import { bytesOf, inodesOf, measureFilesystem } from './eviction-filesystems.ts';
import { type Observation, observeMemory, observePids, observePodsMemory } from './eviction-observations.ts';
import { type Refusal, type Threshold, thresholdValue, toThresholds } from './eviction-thresholds.ts';

/** One threshold of a signal, in the signal's unit. */
export interface SignalThreshold {
  readonly kind: 'hard' | 'soft';
  /** As configured: `10%`, `100Mi`. */
  readonly text: string;
  /** null: off (`0%`), refused, or a share of an unknown capacity. */
  readonly value: number | null;
  readonly off: boolean;
  readonly source: string;
  readonly grace?: Duration;
  readonly minimumReclaim?: string;
}

export interface EvictionSignal extends Observation {
  readonly signal: SignalName;
  readonly unit: 'bytes' | 'count';
  /** The hard one first; empty: nobody guards this signal. */
  readonly thresholds: readonly SignalThreshold[];
  /** What this version guards it with by default. */
  readonly byDefault?: string;
}

export interface EvictionSignals {
  readonly signals: readonly EvictionSignal[];
  readonly refusals: readonly Refusal[];
  /** Files of the kubelet's configuration that could not be used. */
  readonly problems: readonly ConfigProblem[];
  /** Why it is not certain which thresholds are in force. */
  readonly uncertain?: string;
  /** Whether the image store lies on the filesystem of the kubelet's root directory; its signals then measure that one. */
  readonly sharedImageFilesystem: boolean;
  readonly kubelet: { readonly version?: string; readonly source: string; readonly installed: boolean };
  /** Where evictionHard comes from as a whole. */
  readonly evictionHardSource: string;
  readonly rootDirectory: string;
}

type Observations = Readonly<Partial<Record<SignalName, Observation>>>;

async function observeFilesystems(host: HostView, settings: KubeletSettings, images: ImageFilesystem) {
  const [node, imageStore] = await Promise.all([
    measureFilesystem(host, settings.rootDirectory),
    images.kind === 'known' ? measureFilesystem(host, images.images) : images.why,
  ]);
  const shared = typeof node !== 'string' && typeof imageStore !== 'string' && node.device === imageStore.device;
  const absent = images.kind === 'unknown' && images.absent ? { absent: true } : {};
  const observations: Observations = {
    'nodefs.available': bytesOf(node),
    'nodefs.inodesFree': inodesOf(node),
    'imagefs.available': { ...bytesOf(imageStore), ...absent },
    'imagefs.inodesFree': { ...inodesOf(imageStore), ...absent },
  };
  const splits = images.kind === 'known' && images.containers !== images.images && (minorOf(settings.version) ?? 99) >= 29;
  if (!splits) return { observations, shared };
  const layers = await measureFilesystem(host, images.containers);
  const together = typeof layers !== 'string' && typeof imageStore !== 'string' && layers.device === imageStore.device;
  if (together) return { observations, shared };
  const containers = { 'containerfs.available': bytesOf(layers), 'containerfs.inodesFree': inodesOf(layers) };
  return { observations: { ...observations, ...containers }, shared };
}

/** Thresholds that the kubelet adds by itself: copies of others. */
const COPIES: Readonly<Partial<Record<SignalName, SignalName>>> = {
  'allocatableMemory.available': 'memory.available',
  'containerfs.available': 'nodefs.available',
  'containerfs.inodesFree': 'nodefs.inodesFree',
};

function thresholdsOf(signal: SignalName, all: readonly Threshold[], capacity: number | null): SignalThreshold[] {
  const original = COPIES[signal];
  const own = all.filter((threshold) => threshold.signal === (original ?? signal));
  const copied = signal === 'allocatableMemory.available' ? own.filter(({ kind }) => kind === 'hard') : own;
  return copied.map(({ kind, text, value, source, grace, minimumReclaim }) => ({
    kind,
    text,
    value: thresholdValue(value, capacity),
    off: value.kind === 'off',
    source: original === undefined ? source : `same as ${original}`,
    ...(grace === undefined ? {} : { grace }),
    ...(minimumReclaim === undefined ? {} : { minimumReclaim }),
  }));
}

/** Pure: settings and measurements as one row per signal. */
function toSignals(
  settings: KubeletSettings,
  observations: Observations,
  thresholds: readonly Threshold[],
): readonly EvictionSignal[] {
  const defaults = rulesOf(settings.version).evictionHard;
  return (Object.entries(observations) as [SignalName, Observation][]).map(([signal, observation]) => ({
    ...observation,
    signal,
    unit: /inodesFree|^pid/.test(signal) ? 'count' : 'bytes',
    thresholds: thresholdsOf(signal, thresholds, observation.capacity),
    ...(defaults[signal] === undefined ? {} : { byDefault: defaults[signal] }),
  }));
}

async function read(host: HostView, { use }: ReadContext): Promise<EvictionSignals> {
  const [settings, images] = await Promise.all([use(kubeletSettings), use(imageFilesystem)]);
  const { version } = settings;
  const enforced = settings.installed && settings.enforceNodeAllocatable.includes('pods');
  const [filesystems, memory, pids, pods] = await Promise.all([
    observeFilesystems(host, settings, images),
    observeMemory(host, version),
    observePids(host, version),
    enforced ? observePodsMemory(host, settings) : undefined,
  ]);
  const { thresholds, refusals, uncertain } = toThresholds(settings);
  const observations: Observations = {
    'memory.available': memory,
    ...filesystems.observations,
    'pid.available': pids,
    ...(pods === undefined ? {} : { 'allocatableMemory.available': pods }),
  };
  return {
    signals: toSignals(settings, observations, thresholds),
    refusals,
    problems: settings.problems,
    ...(uncertain === undefined ? {} : { uncertain }),
    sharedImageFilesystem: filesystems.shared,
    kubelet: { source: settings.source, installed: settings.installed, ...(version === undefined ? {} : { version }) },
    evictionHardSource: uncertain === undefined ? settings.evictionHard.source : `unknown: ${uncertain}`,
    rootDirectory: settings.rootDirectory,
  };
}

export const evictionSignals = defineSource<EvictionSignals>({ id: 'eviction-signals', deadline: seconds(8.5), read });
