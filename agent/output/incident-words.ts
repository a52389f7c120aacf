import type { LedgerEntry } from '../../lib/model/incident.ts';
import { printable } from '../../lib/model/printable.ts';
import type { Incident } from '../../lib/policy/history.ts';
import type { Tone } from './paint.ts';

/** Wall clock to the second, always UTC: nodes of one cluster are compared. */
export const when = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().replace('T', ' ').slice(0, 19);
};

/** How it stands, or ended. */
export function outcomeOf({ closedAt, healedBy = '', exhausted, guards, actions }: Incident): string {
  if (closedAt !== undefined) return `healed by ${printable(healedBy, 30)}`;
  if (exhausted) return 'given up';
  if (actions.length > 0 && actions.at(-1)?.outcome === undefined) return 'under repair';
  if (guards.length > 0) return `held: ${guards.map((guard) => printable(guard, 20)).join(', ')}`;
  return 'open';
}

export function toneOf({ closedAt, exhausted, severity }: Incident): Tone {
  if (closedAt !== undefined) return 'plain';
  return exhausted || severity === 'critical' ? 'bad' : 'warning';
}

/** Each step of a plan in its own words. */
export function stepWords(plan: readonly object[]): readonly string[] {
  return plan.map((step) =>
    Object.values(step)
      .filter((value) => typeof value === 'string')
      .join(' '),
  );
}

function stepsOf(plan: readonly object[]): string {
  const words = stepWords(plan);
  return words.length === 0 ? '' : `: ${words.join('; ')}`;
}

/** `said`: the problem in its own words, as it stands above already. */
export function sentence(entry: LedgerEntry, said: string): string {
  switch (entry.kind) {
    case 'opened':
      return `found ${entry.reason} (${entry.severity}): ${entry.message}`;
    case 'changed':
      return `${entry.state}, ${entry.reason} (${entry.severity})${entry.message === said ? '' : `: ${entry.message}`}`;
    case 'intent':
      return `${entry.by} runs ${entry.remedy} (rung ${entry.rung + 1}, disruption: ${entry.disruption})${stepsOf(entry.plan)}`;
    case 'outcome':
      return `${entry.remedy} ${entry.outcome}: ${entry.message}`;
    case 'guards':
      return entry.guards.length === 0
        ? `nothing holds ${entry.remedy}`
        : `${entry.remedy} is held by ${entry.guards.join(', ')}`;
    case 'would':
      return `${entry.remedy} would run now, were it not for mode: observe (disruption: ${entry.disruption}); ${entry.message}`;
    case 'exhausted':
      return `given up after ${entry.tried.join(', ')}`;
    case 'reset':
      return `reset by ${entry.by}`;
    case 'closed':
      return `over, healed by ${entry.healedBy}`;
  }
}

/** What was last said of the problem before this entry. */
export function saidBefore(entries: readonly LedgerEntry[], index: number): string {
  const before = entries.slice(0, index).findLast(({ kind }) => kind === 'opened' || kind === 'changed');
  return before?.kind === 'opened' || before?.kind === 'changed' ? before.message : '';
}
