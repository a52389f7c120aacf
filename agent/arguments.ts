import { parseArgs } from 'node:util';
import { AgentError } from '../lib/errors.ts';
import { nearest } from '../lib/model/nearest.ts';
import { type Command, type OptionValues, shared } from './command.ts';
import { kubectlStyle } from './flag-styles.ts';

export interface Parsed {
  readonly command: Command;
  readonly options: OptionValues;
  readonly positionals: readonly string[];
  readonly after?: readonly string[];
}

/** The command with the longest name that the words begin with. */
function findCommand(commands: readonly Command[], words: readonly string[]): { command: Command; rest: string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command !== undefined && words.length >= length) return { command, rest: words.slice(length) };
  }
  return undefined;
}

export function parseArguments(commands: readonly Command[], argv: readonly string[]): Parsed {
  const found = findCommand(commands, argv);
  if (found === undefined) {
    const typed = argv[0] ?? '';
    const closest = nearest(typed, [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))]);
    const group = commands.filter(({ name }) => name.startsWith(`${typed} `)).map(({ name }) => name);
    const meant = closest === undefined ? '' : `; did you mean ${closest}?`;
    const hint = group.length > 0 ? `; one of: ${group.join(', ')}` : meant;
    throw new AgentError('ARGUMENT_INVALID', `unknown command ${JSON.stringify(typed)}${hint}`);
  }
  const { command, rest } = found;
  try {
    const { values, positionals } = parseArgs({
      args: [...kubectlStyle(command.options, rest)],
      options: { ...command.options, help: shared.help },
      allowPositionals: command.operands !== undefined,
      strict: true,
    });
    const dashes = rest.indexOf('--');
    const after = dashes < 0 ? {} : { after: rest.slice(dashes + 1) };
    return { command, options: values as OptionValues, positionals, ...after };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error);
    throw new AgentError('ARGUMENT_INVALID', `${command.name}: ${message}`, { cause: error });
  }
}
