import { describe, expect, it } from 'vitest';
import type { LedgerEntry, LedgerEvent } from '../../lib/model/incident.ts';
import { minutes } from '../../lib/model/units.ts';
import { attemptHistory } from '../../lib/policy/budget.ts';
import { localBudget } from '../../lib/policy/local-budget.ts';
import { needed } from '../../lib/policy/needed.ts';

const NOW = { boot: 'b', up: minutes(1) };
const at = (event: LedgerEvent, up: number): LedgerEntry => ({ ...event, boot: 'b', up, at: up, seq: up });

/** Held right before its first step, so often. */
function ledger(times: number, more: { readonly untouched?: true }): readonly LedgerEntry[] {
  return Array.from({ length: times }, (_, index) => {
    const of = { action: `i.${index}`, incident: 'i', remedy: 'reboot' };
    const intent = { kind: 'intent', ...of, type: 'T', rung: 0, disruption: 'node', plan: [{}], by: 'agent' } as const;
    const outcome = { kind: 'outcome', ...of, outcome: 'interrupted', message: 'fleet-breaker', ...more } as const;
    return [at(intent, 10 * index + 1), at(outcome, 10 * index + 2)];
  }).flat();
}

const spender = { type: 'T', subject: undefined, remedy: 'reboot', incident: 'i' };

describe('what was held right before its first step', () => {
  it.each([false, true])('is no attempt, and rests nobody; after compaction too: %s', (isCompacted) => {
    const written = ledger(3, { untouched: true });
    const entries = isCompacted ? needed(written, minutes(60), NOW) : written;

    expect(attemptHistory(entries, spender, minutes(60), NOW)).toEqual({ tried: false, attempts: 0, sinceLast: undefined });
    expect(localBudget(entries, NOW, 'no right')).toBeUndefined();
  });

  it('is one where something had been done', () => {
    const entries = ledger(3, {});

    expect(attemptHistory(entries, spender, minutes(60), NOW)).toMatchObject({ attempts: 3 });
    expect(localBudget(entries, NOW, 'no right')?.id).toBe('fleet-budget');
  });
});
