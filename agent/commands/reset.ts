import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { readLedger } from '../../lib/ledger/read.ts';
import type { RequestEnd } from '../../lib/model/request.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf } from '../configuration.ts';
import { findProblem } from '../find-problem.ts';
import { forgive, type Reset } from '../forgive.ts';
import { findOrBecomeKeeper } from '../keeper.ts';
import { ledgerOptions } from '../ledger-options.ts';
import { isRoot, whoAmI } from '../person.ts';
import { statePaths } from '../state-paths.ts';

const BREAKER = 'breaker';

/** A type that the ledger knows is one, whether or not this version has it in its catalogue. */
async function typeOf(word: string, config: AgentConfig): Promise<string> {
  if (word.toLowerCase() === BREAKER) return BREAKER;
  const { ledger, runtimeLedger } = statePaths(config);
  const { entries } = await readLedger([ledger, runtimeLedger]);
  const known = entries.some((entry) => 'type' in entry && entry.type === word);
  return known ? word : findProblem(word).type;
}

/** Through the running agent, which holds the ledger open; else by the ledger itself, under its lock. */
async function write(wanted: Reset, config: AgentConfig): Promise<RequestEnd> {
  const keeper = findOrBecomeKeeper(config, 'nodemend reset');
  if (keeper.kind === 'agent') return await keeper.ask(wanted, () => undefined);
  try {
    const ledger = await openLedger(ledgerOptions(config, bootClock()));
    const end = await forgive(wanted, whoAmI(), { ledger });
    await ledger.close();
    return end;
  } finally {
    keeper.lock.release();
  }
}

async function run({ options, positionals, terminal }: CommandContext): Promise<number> {
  const [word, subject, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new AgentError('ARGUMENT_INVALID', 'reset: one PROBLEM, or breaker');
  const config = await configOf(composeHost(), textOption(options, 'config'));
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', 'reset writes into the ledger of this node');
  const of = await typeOf(word, config);
  const { text, outcome } = await write({ do: 'reset', of, ...(subject === undefined ? {} : { subject }) }, config);
  terminal.print(`${text}\n`);
  return outcome === 'refused' ? EXIT.internal : EXIT.ok;
}

export const reset: Command = {
  name: 'reset',
  summary: 'forgive the attempts against a problem, so that a ladder that was given up begins anew; or close the breaker',
  operands: 'PROBLEM|breaker [SUBJECT]',
  example: 'nodemend reset ContainerRuntimeUnhealthy\nnodemend reset DockerHung docker.service\nnodemend reset breaker',
  options: { config: shared.config },
  run,
};
