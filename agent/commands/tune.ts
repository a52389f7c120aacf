import { createHash } from 'node:crypto';
import { AgentError } from '../../lib/errors.ts';
import type { HostView } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { nodeState } from '../../lib/sources/cluster/node-state.ts';
import { type EvictionSignals, evictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import { changesOf, refusalsOf, type SignalChange } from '../../lib/tune/changes.ts';
import { unifiedDiff } from '../../lib/tune/diff.ts';
import { chooseMechanism, VIAS, type Via } from '../../lib/tune/mechanism.ts';
import type { Change } from '../../lib/tune/node.ts';
import { type Floor, floorsOf, recommend, type Surroundings } from '../../lib/tune/recommend.ts';
import { completeTarget } from '../../lib/tune/target.ts';
import { parseWanted, type Wanted } from '../../lib/tune/wanted.ts';
import { type Command, type CommandContext, EXIT, type OptionValues, shared, textOption } from '../command.ts';
import { gatherer } from '../gather.ts';
import { type EvictionPlan, renderEvictionPlan } from '../output/tune.ts';
import { chooseSubject, subjectOptions } from '../subject.ts';
import { countPods, largestImage, readTuneNode, type TuneSubject } from '../tune-node.ts';

const invalid = (message: string) => new AgentError('ARGUMENT_INVALID', `tune eviction: ${message}`);

function readVia(options: OptionValues): Via {
  const typed = textOption(options, 'via') ?? 'auto';
  const via = VIAS.find((one) => one === typed);
  if (via === undefined) throw invalid(`--via ${typed} is unknown; one of ${VIAS.join(', ')}`);
  return via;
}

/** Each --set is one threshold: a comma between two of them would be a slip in a quantity elsewhere. */
function readWanted(options: OptionValues): readonly Wanted[] {
  const texts = Array.isArray(options.set) ? (options.set as readonly string[]) : [];
  const wanted = texts.map((text) => {
    const one = parseWanted(text);
    if (typeof one === 'string') throw invalid(one);
    return one;
  });
  const keys = wanted.map(({ signal, grace }) => `${signal} ${grace === undefined ? 'hard' : 'soft'}`);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw invalid(`${twice} is set twice`);
  return wanted;
}

function refuseUnbuilt(options: OptionValues): void {
  const asked = ['apply', 'revert'].find((name) => options[name] === true);
  if (asked !== undefined) throw invalid(`--${asked} is not built yet; without it the plan is shown, and nothing is written`);
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

function toWrite(change: Change | undefined): EvictionPlan['write'] {
  if (change === undefined) return null;
  const { mechanism, path, before, after, argv } = change;
  return { mechanism, path, content: after, diff: unifiedDiff(path, before, after), commandLine: argv };
}

interface Inputs {
  readonly subject: TuneSubject;
  readonly eviction: EvictionSignals;
  readonly surroundings: Surroundings;
  readonly options: OptionValues;
}

/** --set counts over what is recommended for the same signal; a recommendation may weaken down to its floor, a --set only when allowed. */
function planOf({
  subject,
  eviction,
  surroundings,
  options,
}: Inputs): Omit<EvictionPlan, 'apiVersion' | 'kind' | 'node' | 'time' | 'kubelet'> {
  const { node, settings } = subject;
  const set = readWanted(options);
  const advice = options.recommend === true ? recommend(surroundings) : { wanted: [], arithmetic: [], impossible: [] };
  const target = completeTarget(settings, node.version, [...advice.wanted, ...set]);
  const changes = changesOf(settings, target, eviction.signals);
  const isAdvised = (signal: string) =>
    advice.wanted.some((one) => one.signal === signal) && !set.some((one) => one.signal === signal);
  const refusals: EvictionPlan['refusals'] = [
    ...refusalsOf(changes, eviction.signals, options['allow-weaker'] === true).filter(
      ({ reason, signal }) => reason !== 'weakens' || !isAdvised(signal),
    ),
    ...advice.impossible.map((message) => ({ reason: 'no-safe-threshold' as const, message })),
  ];
  const via = readVia(options);
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const { change, rejected } = chooseMechanism(node, target, { via, freezeCommand: options['freeze-command'] === true, digest });
  const isSame = changes.every(({ effect, before, after }) => effect === 'same' && before === after);
  const none =
    change === undefined && !isSame
      ? [{ reason: 'no-mechanism' as const, message: 'none of the ways to set it is safe on this node' }]
      : [];
  const all = [...refusals, ...none];
  return {
    signals: changes,
    write: isSame || all.length > 0 ? null : toWrite(change),
    refusals: all,
    rejected: rejected.map(({ mechanism, why }) => ({ mechanism, why })),
    arithmetic: advice.arithmetic,
    notes: [
      ...belowFloor(changes, floorsOf(surroundings)),
      ...(isSame ? [] : (change?.notes ?? [])),
      'nothing was written: --apply is not built yet',
    ],
  };
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  refuseUnbuilt(options);
  readVia(options);
  readWanted(options);
  const { host, config } = await chooseSubject(options);
  const gathered = gatherer(host);
  const [subject, eviction, state] = await Promise.all([
    readTuneNode(host, gathered),
    gathered.fact(evictionSignals),
    gathered.fact(nodeState),
  ]);
  if (isUnavailable(eviction)) throw new AgentError('TUNE_CANNOT_TELL', eviction.unavailable);
  if (eviction.uncertain !== undefined)
    throw new AgentError('TUNE_CANNOT_TELL', `which thresholds are in force is not certain: ${eviction.uncertain}`);
  const { node, settings } = subject;
  const surroundings = await lookAround(host, eviction, subject, node.version);
  const hostname = isUnavailable(state) ? '' : state.hostname;
  const plan: EvictionPlan = {
    apiVersion: 'nodemend.io/v1',
    kind: 'EvictionPlan',
    node: config.nodeName === 'auto' ? hostname : config.nodeName,
    time: new Date(host.clock.now()).toISOString(),
    kubelet: { version: node.version, source: settings.source, unit: node.unit },
    ...planOf({ subject, eviction, surroundings, options }),
  };
  terminal.print(options.json === true ? `${safeJson(plan, 2)}\n` : renderEvictionPlan(plan, terminal));
  return plan.refusals.length === 0 ? EXIT.ok : EXIT.refused;
}

export const tuneEviction: Command = {
  name: 'tune eviction',
  summary:
    'plan eviction thresholds: every signal before and after, and the file that would be written as a diff (preview: writes nothing yet)',
  example:
    "nodemend tune eviction --recommend\nnodemend tune eviction --set 'nodefs.available<5%' --set 'memory.available<500Mi for 90s' --allow-weaker",
  options: {
    set: {
      type: 'string',
      multiple: true,
      value: 'THRESHOLD',
      description: "'nodefs.available<5%' hard, 'nodefs.available<15% for 2m' soft; repeats",
    },
    recommend: { type: 'boolean', description: "thresholds from this node's disks, memory and pods, with the arithmetic" },
    via: { type: 'string', value: 'HOW', description: 'auto, config-dir, systemd or extra-args' },
    'freeze-command': { type: 'boolean', description: 'allow a drop-in with the full ExecStart=, where nothing else works' },
    'allow-weaker': { type: 'boolean', description: 'allow a --set that guards a signal less than now' },
    apply: { type: 'boolean', description: 'not built yet' },
    revert: { type: 'boolean', description: 'not built yet' },
    json: shared.json,
    ...subjectOptions,
  },
  run,
};
