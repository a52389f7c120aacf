import { AgentError } from '../../lib/errors.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { VIAS, type Via } from '../../lib/tune/mechanism.ts';
import { parseWanted, type Wanted } from '../../lib/tune/wanted.ts';
import { type Command, type CommandContext, EXIT, type OptionValues, shared, textOption } from '../command.ts';
import { gatherer } from '../gather.ts';
import { renderEvictionPlan, type TuneOutcome } from '../output/tune.ts';
import { isRoot } from '../person.ts';
import { chooseSubject, subjectOptions } from '../subject.ts';
import { change, openNote, toDocument } from '../tune/change.ts';
import { prepareEviction, type TuneRequest } from '../tune-plan.ts';

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

type Asked = TuneOutcome['asked'];

function readAsked(options: OptionValues): Asked | undefined {
  const asked = (['apply', 'revert', 'resume'] as const).filter((name) => options[name] === true);
  if (asked.length > 1) throw invalid(`--${asked.join(' and --')} together`);
  const [one] = asked;
  if (one !== undefined && options.replay !== undefined) throw invalid(`--${one} changes this host, and --replay is another one`);
  if (one !== undefined && !isRoot()) throw new AgentError('PERMISSION_DENIED', `tune eviction --${one} changes this node`);
  return one;
}

function requestOf(options: OptionValues): TuneRequest {
  return {
    set: readWanted(options),
    recommend: options.recommend === true,
    allowWeaker: options['allow-weaker'] === true,
    freezeCommand: options['freeze-command'] === true,
    via: readVia(options),
  };
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const asked = readAsked(options);
  const request = requestOf(options);
  if (asked !== undefined) {
    return await change({ asked, request, terminal, isJson: options.json === true, subject: await chooseSubject(options) });
  }
  const subject = await chooseSubject(options);
  const { plan: planned } = await prepareEviction(subject.host, gatherer(subject.host), request);
  const plan = await toDocument(subject, { ...planned, notes: [...planned.notes, ...(await openNote(subject))] });
  terminal.print(options.json === true ? `${safeJson(plan, 2)}\n` : renderEvictionPlan(plan, terminal));
  return plan.refusals.length === 0 ? EXIT.ok : EXIT.refused;
}

export const tuneEviction: Command = {
  name: 'tune eviction',
  summary:
    'plan eviction thresholds: every signal before and after, and the file as a diff; --apply writes it, restarts the kubelet and proves it, or puts everything back',
  example:
    "nodemend tune eviction --recommend\nnodemend tune eviction --recommend --apply\nnodemend tune eviction --set 'nodefs.available<5%' --set 'memory.available<500Mi for 90s' --allow-weaker --apply\nnodemend tune eviction --revert",
  options: {
    set: {
      type: 'string',
      multiple: true,
      value: 'THRESHOLD',
      description: "'nodefs.available<5%' hard, 'nodefs.available<15% for 2m' soft; repeats",
    },
    recommend: { type: 'boolean', description: "thresholds from this node's disks, memory and pods, with the arithmetic" },
    via: { type: 'string', value: 'auto|config-dir|systemd|extra-args', description: 'where they are written (auto)' },
    'freeze-command': { type: 'boolean', description: 'allow a drop-in with the full ExecStart=, where nothing else works' },
    'allow-weaker': { type: 'boolean', description: 'allow a --set that guards a signal less than now' },
    apply: {
      type: 'boolean',
      description:
        'write it, restart the kubelet by the remedy and its guards, prove that it runs with it; else put back every byte',
    },
    revert: { type: 'boolean', description: 'give back what was there before the first --apply, to the byte; twice is fine' },
    resume: { type: 'boolean', description: 'finish or roll back a change that was killed; the agent does it by itself' },
    json: shared.json,
    ...subjectOptions,
  },
  run,
};
