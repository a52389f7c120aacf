import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import { bootClock } from '../lib/ledger/clock.ts';
import { findKeeper } from '../lib/ledger/lock.ts';
import { readLedger } from '../lib/ledger/read.ts';
import type { AgentRequest, RequestNews } from '../lib/model/request.ts';
import { HEALTH_STATUS } from '../lib/policy/health.ts';
import { repairAlone } from './alone.ts';
import type { Node } from './compose.ts';
import { previewNode } from './disk/preview-node.ts';
import { examine, reportOf } from './examine.ts';
import { findOrBecomeKeeper } from './keeper.ts';
import { type Look, lookAround } from './look-around.ts';
import { ownProcess } from './one-at-a-time.ts';
import { renderProblems, renderTitle } from './output/doctor.ts';
import { type Proposal, renderGivenUp, renderProposal } from './output/fix.ts';
import { renderReclaim } from './output/reclaim.ts';
import { AGENT, statePaths } from './state-paths.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

export interface FixParts {
  readonly node: Node;
  readonly config: AgentConfig;
  readonly only: readonly string[];
  /** Confirmed beforehand. */
  readonly yes: boolean;
  readonly terminal: Terminal;
}

function whoWould(config: AgentConfig): string {
  const keeper = findKeeper(statePaths(config).locks, ownProcess());
  return keeper?.name === AGENT ? `the running agent (PID ${keeper.pid})` : 'this command itself, because no agent runs';
}

/** Every problem with a rung to come, causes first. That it has stood long enough, the person who confirms vouches for. */
function proposals({ standings, decisions }: Look, by: string): readonly Proposal[] {
  return standings.flatMap((standing) => {
    const decision = decisions.get(standing.identity);
    if (decision?.kind !== 'act' && decision?.kind !== 'hold') return [];
    const { remedy, disruption } = decision;
    const holds = decision.kind === 'hold' ? decision.holds.filter(({ id }) => id !== 'not-persistent') : [];
    return { standing, remedy, disruption, holds, by };
  });
}

function showGivenUp({ standings, decisions }: Look, terminal: Terminal): void {
  for (const standing of standings) {
    const decision = decisions.get(standing.identity);
    if (decision?.kind === 'exhausted') terminal.print(renderGivenUp(standing, decision.tried, terminal));
  }
}

async function isConfirmed({ yes, terminal }: FixParts): Promise<boolean> {
  if (yes) return true;
  const answer = await terminal.ask?.('Do it now? [y/N] ');
  if (answer === undefined)
    throw new AgentError('ARGUMENT_INVALID', 'doctor --fix: nobody is here to confirm it; nothing was done. Add --yes');
  return /^(y|yes)$/i.test(answer.trim());
}

async function carryOut({ standing, remedy }: Proposal, { node, config, terminal }: FixParts): Promise<void> {
  const { type, subject } = standing.fault;
  const about = subject === undefined ? { type } : { type, subject };
  const request = { do: 'repair', ...about, remedy: remedy.id } as const satisfies AgentRequest;
  const began = node.host.clock.monotonic();
  const onNews = (news: RequestNews) => {
    const after = ((node.host.clock.monotonic() - began) / 1000).toFixed(1).padStart(5);
    terminal.print(`  ${after}s  ${news.text}\n`);
  };
  const keeper = findOrBecomeKeeper(config, 'nodemend doctor --fix');
  try {
    const end = keeper.kind === 'agent' ? await keeper.ask(request, onNews) : await repairAlone(node, config, request, onNews);
    onNews(end);
  } finally {
    if (keeper.kind === 'self') keeper.lock.release();
  }
}

/** The first rung that nothing holds, shown with what it would do; undefined: there is none, and it was said why. */
async function propose(look: Look, { node, config, terminal }: FixParts): Promise<Proposal | undefined> {
  const all = proposals(look, whoWould(config));
  const allowed = all.find(({ holds }) => holds.length === 0);
  showGivenUp(look, terminal);
  for (const proposal of allowed === undefined ? all : [allowed]) terminal.print(renderProposal(proposal, terminal));
  if (allowed === undefined)
    terminal.print(all.length === 0 ? 'There is nothing here that a remedy could be tried on.\n' : '\nHeld: nothing was done.\n');
  if (allowed?.remedy.id === 'reclaim-disk')
    terminal.print(`\n${renderReclaim(await previewNode(node.host, config), terminal)}\n`);
  return allowed;
}

/** Looks, proposes the first allowed rung, asks, has it done, and looks again; exits by health. */
export async function fix(parts: FixParts): Promise<number> {
  const { node, config, only, terminal } = parts;
  const { ledger, runtimeLedger } = statePaths(config);
  const { entries } = await readLedger([ledger, runtimeLedger]);
  const look = await lookAround(node.host, { config, only, tried: { entries, now: bootClock()() } });
  const report = await reportOf(look, config, version);
  const status = HEALTH_STATUS[report.health];
  terminal.print(renderProblems(report, terminal));
  const allowed = await propose(look, parts);
  if (allowed === undefined) return status;
  if (!(await isConfirmed(parts))) {
    terminal.print('Nothing was done.\n');
    return status;
  }
  await carryOut(allowed, parts);
  const after = await examine(node.host, { config, only, version });
  const rest = after.problems.length;
  terminal.print(`\n${renderTitle(after, terminal)}`);
  if (rest > 0)
    terminal.print(`${rest} problem${rest === 1 ? '' : 's'} left: nodemend doctor shows them, doctor --fix goes on\n`);
  return HEALTH_STATUS[after.health];
}
