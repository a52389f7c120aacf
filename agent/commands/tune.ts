import { AgentError } from '../../lib/errors.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { nodeState } from '../../lib/sources/cluster/node-state.ts';
import { VIAS, type Via } from '../../lib/tune/mechanism.ts';
import { parseWanted, type Wanted } from '../../lib/tune/wanted.ts';
import { type Command, type CommandContext, EXIT, type OptionValues, shared, textOption } from '../command.ts';
import { gatherer } from '../gather.ts';
import { type EvictionPlan, renderEvictionPlan } from '../output/tune.ts';
import { chooseSubject, subjectOptions } from '../subject.ts';
import { planEviction, type TuneRequest } from '../tune-plan.ts';

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

async function run({ options, terminal }: CommandContext): Promise<number> {
  refuseUnbuilt(options);
  const request: TuneRequest = {
    set: readWanted(options),
    recommend: options.recommend === true,
    allowWeaker: options['allow-weaker'] === true,
    freezeCommand: options['freeze-command'] === true,
    via: readVia(options),
  };
  const { host, config } = await chooseSubject(options);
  const gathered = gatherer(host);
  const [planned, state] = await Promise.all([planEviction(host, gathered, request), gathered.fact(nodeState)]);
  const hostname = isUnavailable(state) ? '' : state.hostname;
  const plan: EvictionPlan = {
    apiVersion: 'nodemend.io/v1',
    kind: 'EvictionPlan',
    node: config.nodeName === 'auto' ? hostname : config.nodeName,
    time: new Date(host.clock.now()).toISOString(),
    ...planned,
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
