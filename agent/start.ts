import { AgentError, type ErrorCode } from '../lib/errors.ts';
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

/** Runs one command to its exit status; what people can mend is one line and a hint, never a stack trace. */
export async function start(commands: readonly Command[], argv: readonly string[]): Promise<never> {
  const terminal = processTerminal();
  process.title = 'nodemend';
  try {
    return await leave(await main(commands, argv, terminal));
  } catch (error) {
    if (error instanceof AgentError) {
      terminal.warn(`nodemend: ${error.message}\n  ${error.hint} (${error.code})\n`);
      return await leave(STATUS[error.code] ?? EXIT.internal);
    }
    terminal.warn(`nodemend: internal error: ${error instanceof Error ? error.stack : String(error)}\n`);
    return await leave(EXIT.internal);
  }
}
