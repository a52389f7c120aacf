import { AgentError, type ErrorCode } from '../lib/errors.ts';
import { printable } from '../lib/model/printable.ts';
import { parseArguments } from './arguments.ts';
import { type Command, EXIT } from './command.ts';
import { commandHelp, overview } from './help.ts';
import { leave } from './leave.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  ARGUMENT_INVALID: EXIT.usage,
  PROBLEM_UNKNOWN: EXIT.usage,
  INCIDENT_UNKNOWN: EXIT.usage,
  OUTPUT_EXISTS: EXIT.usage,
  TUNE_CANNOT_TELL: EXIT.refused,
  TUNE_LOCKED: EXIT.refused,
  MOVE_REFUSED: EXIT.refused,
  MAINTAIN_REFUSED: EXIT.refused,
  PERMISSION_DENIED: EXIT.permission,
  CONFIG_UNREADABLE: EXIT.configuration,
  CONFIG_INVALID: EXIT.configuration,
  KUBECONFIG_INVALID: EXIT.configuration,
  RECORDING_INVALID: EXIT.configuration,
};

async function main(commands: readonly Command[], argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.print(overview(commands, version));
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  if (first === '--version') {
    terminal.print(`${version}\n`);
    return EXIT.ok;
  }
  const { command, ...typed } = parseArguments(commands, argv);
  const { options } = typed;
  if (options.help === true) {
    terminal.print(commandHelp(command));
    return EXIT.ok;
  }
  return await command.run({ ...typed, terminal });
}

/** What an API server, a file or a daemon said may be in it; its lines are ours. */
const safely = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');

/** What people can mend is a line, a hint and its code, never a stack trace. */
export function explained(error: unknown): string {
  if (error instanceof AgentError) return `nodemend: ${safely(error.message)}\n  ${error.hint} (${error.code})\n`;
  return `nodemend: internal error: ${safely(String(error instanceof Error ? error.stack : error))}\n`;
}

/** Runs one command to its exit status. */
export async function start(commands: readonly Command[], argv: readonly string[]): Promise<never> {
  const terminal = processTerminal();
  process.title = 'nodemend';
  try {
    return await leave(await main(commands, argv, terminal));
  } catch (error) {
    terminal.warn(explained(error));
    return await leave(error instanceof AgentError ? (STATUS[error.code] ?? EXIT.internal) : EXIT.internal);
  }
}
