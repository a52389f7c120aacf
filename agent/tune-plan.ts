import { createHash } from 'node:crypto';
import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { isUnavailable } from '../lib/model/source.ts';
import { type EvictionSignals, evictionSignals } from '../lib/sources/eviction/eviction-signals.ts';
import { changesOf, refusalsOf, type SignalChange } from '../lib/tune/changes.ts';
import { unifiedDiff } from '../lib/tune/diff.ts';
import { chooseMechanism, type MechanismOptions } from '../lib/tune/mechanism.ts';
import type { Change } from '../lib/tune/node.ts';
import { type Floor, floorsOf, recommend, type Surroundings } from '../lib/tune/recommend.ts';
import { completeTarget, type Target } from '../lib/tune/target.ts';
import type { Wanted } from '../lib/tune/wanted.ts';
import type { Gatherer } from './gather.ts';
import type { EvictionPlan } from './output/tune.ts';
import { countPods, largestImage, readTuneNode, type TuneSubject } from './tune-node.ts';

/** What a person asked for. */
export interface TuneRequest extends Pick<MechanismOptions, 'via' | 'freezeCommand'> {
  readonly set: readonly Wanted[];
  readonly recommend: boolean;
  readonly allowWeaker: boolean;
}

type Planned = Omit<EvictionPlan, 'apiVersion' | 'kind' | 'node' | 'time'>;

/** A plan, and what is needed to carry it out. */
export interface PreparedEviction {
  readonly plan: Planned;
  readonly subject: TuneSubject;
  /** Absent: refused, or nothing to change. */
  readonly work?: { readonly change: Change; readonly target: Target };
}

async function lookAround(
  host: HostView,
  eviction: EvictionSignals,
  { settings }: TuneSubject,
  version: string,
): Promise<Surroundings> {
  const [pods, image] = await Promise.all([countPods(host, settings), largestImage(host, settings)]);
  const present = completeTarget(settings, version, []).hard;
  return { signals: eviction.signals, present, pods, largestImage: image, shared: eviction.sharedImageFilesystem };
}

/** A person may go below what the reaction time needs, and is told. */
function belowFloor(changes: readonly SignalChange[], floors: readonly Floor[]): readonly string[] {
  return changes.flatMap(({ signal, kind, after, afterValue, effect }) => {
    const floor = floors.find((one) => one.signal === signal);
    if (kind === 'soft' || effect === 'same' || floor === undefined || afterValue === null || afterValue >= floor.value)
      return [];
    return [`${signal}: ${after} is below the floor of ${Math.ceil(floor.value)}: ${floor.arithmetic}`];
  });
}

function toWrite(change: Change): EvictionPlan['write'] {
  const { mechanism, path, before, after, argv } = change;
  return { mechanism, path, content: after, diff: unifiedDiff(path, before, after), commandLine: argv };
}

interface Inputs {
  readonly subject: TuneSubject;
  readonly eviction: EvictionSignals;
  readonly surroundings: Surroundings;
  readonly request: TuneRequest;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const NO_MECHANISM: EvictionPlan['refusals'][number] = {
  reason: 'no-mechanism',
  message: 'none of the ways to set it is safe on this node',
};

/** --set counts over what is recommended for the same signal; a recommendation may weaken down to its floor, a --set only when allowed. */
function planOf({ subject, eviction, surroundings, request }: Inputs): Omit<PreparedEviction, 'subject'> {
  const { node, settings } = subject;
  const { set, via, freezeCommand } = request;
  const advice = request.recommend ? recommend(surroundings) : { wanted: [], arithmetic: [], impossible: [] };
  const target = completeTarget(settings, node.version, [...advice.wanted, ...set]);
  const changes = changesOf(settings, target, eviction.signals);
  const advised = advice.wanted.map(({ signal }) => signal).filter((signal) => !set.some((one) => one.signal === signal));
  const refusals: EvictionPlan['refusals'] = [
    ...refusalsOf(changes, eviction.signals, request.allowWeaker).filter(
      ({ reason, signal }) => reason !== 'weakens' || !advised.includes(signal),
    ),
    ...advice.impossible.map((message) => ({ reason: 'no-safe-threshold' as const, message })),
  ];
  const { change, rejected } = chooseMechanism(node, target, { via, freezeCommand, digest });
  const isSame = changes.every(({ effect, before, after }) => effect === 'same' && before === after);
  const all = change === undefined && !isSame ? [...refusals, NO_MECHANISM] : refusals;
  const isWritten = change !== undefined && !isSame && all.length === 0;
  const plan: Planned = {
    kubelet: { version: node.version, source: settings.source, unit: node.unit },
    signals: changes,
    write: isWritten ? toWrite(change) : null,
    refusals: all,
    rejected: rejected.map(({ mechanism, why }) => ({ mechanism, why })),
    arithmetic: advice.arithmetic,
    notes: [...belowFloor(changes, floorsOf(surroundings)), ...(isSame ? [] : (change?.notes ?? []))],
  };
  return isWritten ? { plan, work: { change, target } } : { plan };
}

/** Reads the node and plans; writes nothing. */
export async function prepareEviction(host: HostView, gathered: Gatherer, request: TuneRequest): Promise<PreparedEviction> {
  const [subject, eviction] = await Promise.all([readTuneNode(host, gathered), gathered.fact(evictionSignals)]);
  if (isUnavailable(eviction)) throw new AgentError('TUNE_CANNOT_TELL', eviction.unavailable);
  if (eviction.uncertain !== undefined)
    throw new AgentError('TUNE_CANNOT_TELL', `which thresholds are in force is not certain: ${eviction.uncertain}`);
  const surroundings = await lookAround(host, eviction, subject, subject.node.version);
  return { subject, ...planOf({ subject, eviction, surroundings, request }) };
}
