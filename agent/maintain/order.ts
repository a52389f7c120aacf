import { resolve } from 'node:path';
import { AgentError } from '../../lib/errors.ts';
import type { MaintainOrder, MaintainRecord } from '../../lib/maintain/record.ts';
import { formatOwner } from '../../lib/model/cordon.ts';
import { parseDuration } from '../../lib/model/quantity.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import type { CommandContext, OptionValues } from '../command.ts';
import { textOption } from '../command.ts';
import { personOwner } from '../commands/cordon.ts';
import { drainFlags, drainOptions, surgeWishes } from '../drain/command-line.ts';
import { kubeconfigFiles } from '../drain/person-kubeconfig.ts';
import { whoAmI } from '../person.ts';

export const invalid = (message: string) => new AgentError('ARGUMENT_INVALID', `maintain: ${message}`);

export type Asked = 'start' | 'resume' | 'abort' | 'status';

/** Which of them; two at once are a slip. */
export function readAsked(options: OptionValues): Asked {
  const asked = (['resume', 'abort', 'status'] as const).filter((name) => options[name] === true);
  if (asked.length > 1) throw invalid(`--${asked.join(' and --')} together`);
  const one = asked[0] ?? 'start';
  const words = (['rerun', 'skip-command', 'skip-validation'] as const).filter((name) => options[name] === true);
  if (words.length > 0 && one !== 'resume') throw invalid(`--${words[0]} goes with --resume`);
  if (options.rerun === true && options['skip-command'] === true) throw invalid('--rerun and --skip-command together');
  return one;
}

export interface Operands {
  /** As typed; undefined: this host. */
  readonly node: string | undefined;
  readonly command: readonly string[];
}

export function readOperands({ positionals, after }: Pick<CommandContext, 'positionals' | 'after'>, asked: Asked): Operands {
  const nodes = positionals.slice(0, positionals.length - (after?.length ?? 0));
  if (nodes.length > 1)
    throw invalid(`one NODE at most; COMMAND stands behind --: maintain ${nodes[0]} -- ${nodes.slice(1).join(' ')}`);
  if (after !== undefined && after.length === 0) throw invalid('there is no COMMAND behind --');
  if (asked !== 'start' && after !== undefined) throw invalid(`--${asked} takes no COMMAND: the one that was given first holds`);
  return { node: nodes[0]?.trim().toLowerCase(), command: after ?? [] };
}

function span(options: OptionValues, name: string, otherwise: Duration): Duration {
  const text = textOption(options, name);
  const value = text === undefined ? otherwise : parseDuration(text);
  if (value === undefined || value < 0) throw invalid(`--${name} ${JSON.stringify(text)} is no duration such as 90s or 10m`);
  return value;
}

/** What has to be known again after a reboot, and nothing that is only of this run. */
function kept(options: OptionValues): MaintainOrder['options'] {
  const names = [...Object.keys(drainFlags), 'context', 'config'];
  const given = names.flatMap((name) => {
    const value = options[name];
    return typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(
    given.map(([name, value]) => [name, name === 'config' && value !== true ? resolve(String(value)) : value]),
  );
}

/**
 * What is typed with --resume or --abort holds from here on, and what is not stays as it was: `--resume --force` after a drain that was
 * refused for want of it.
 */
export function retyped(record: MaintainRecord, options: OptionValues): MaintainRecord {
  const { order, stage } = record;
  const merged = { ...order.options, ...kept(options) };
  drainOptions(merged, false);
  surgeWishes(merged);
  if (options.reboot === true && !order.reboot && stage !== 'drain' && stage !== 'command')
    throw invalid(`--reboot comes too late: it is in the stage ${stage}`);
  const kubeconfig = textOption(options, 'kubeconfig');
  const { stable, within } = order.validation;
  return {
    ...record,
    order: {
      ...order,
      options: merged,
      reboot: order.reboot || options.reboot === true,
      ...(kubeconfig === undefined ? {} : { kubeconfigs: [resolve(kubeconfig)] }),
      validation: { stable: span(options, 'validate-for', stable), within: span(options, 'validate-within', within) },
    },
  };
}

const STABLE = seconds(30);
const WITHIN = minutes(10);

export function toOrder(
  options: OptionValues,
  { command }: Operands,
  { node, here }: Pick<MaintainOrder, 'node' | 'here'>,
): MaintainOrder {
  // What a drain would not take is said before anything is begun.
  drainOptions(options, false);
  surgeWishes(options);
  const kubeconfig = textOption(options, 'kubeconfig');
  const files = kubeconfigFiles(kubeconfig === undefined ? {} : { kubeconfig }) ?? [];
  const owner = personOwner('maintain');
  return {
    ...{ node, here, command, owner: formatOwner(owner), at: owner.at, by: whoAmI() },
    id: new Date(owner.at).toISOString().replaceAll(/[-:]|\.\d+Z/g, ''),
    directory: process.cwd(),
    reboot: options.reboot === true,
    options: kept(options),
    kubeconfigs: files.map((file) => resolve(file)),
    validation: { stable: span(options, 'validate-for', STABLE), within: span(options, 'validate-within', WITHIN) },
  };
}
