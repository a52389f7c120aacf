import { describe, expect, it } from 'vitest';
import type { LedgerEntry, Moment } from '../../lib/model/incident.ts';
import { minutes } from '../../lib/model/units.ts';
import { isBreakerReset, localBudget } from '../../lib/policy/local-budget.ts';

const STEP = { do: 'start-unit', unit: 'u', clear: [], within: 1 };
const intent = (up: number, boot = 'b', plan: readonly object[] = [STEP]): LedgerEntry => ({
  kind: 'intent',
  action: `${boot}${up}`,
  incident: 'i',
  type: 'T',
  remedy: 'restart-kubelet',
  rung: 0,
  disruption: 'local',
  plan,
  by: 'agent',
  at: 0,
  boot,
  up,
  seq: up,
});
const at = (up: number, boot = 'b'): Moment => ({ boot, up });
const H = minutes(60);

describe('localBudget', () => {
  it.each<[string, readonly LedgerEntry[], Moment, string | undefined]>([
    ['nothing was done', [], at(0), undefined],
    ['one 9 minutes ago', [intent(H)], at(H + minutes(9)), 'the last 9m ago'],
    ['one 10 minutes ago', [intent(H)], at(H + minutes(10)), undefined],
    ['three within the hour', [intent(0), intent(minutes(20)), intent(minutes(40))], at(minutes(59)), '3 remedies in 1h'],
    ['the first of them is an hour ago', [intent(0), intent(minutes(20)), intent(minutes(40))], at(H), undefined],
    ['of the boot before, 5 minutes after it', [intent(H)], at(minutes(5), 'c'), 'one remedy in 10m'],
    ['of the boot before, 10 minutes after it', [intent(H)], at(minutes(10), 'c'), undefined],
    ['three of the boot before', [intent(1), intent(2), intent(3)], at(minutes(59), 'c'), '3 remedies'],
    ['a plan that was refused', [intent(H, 'b', [])], at(H + 1), undefined],
  ])('%s', (_, entries, now, expected) => {
    const hold = localBudget(entries, now, 'no right on Leases');

    if (expected === undefined) expect(hold).toBeUndefined();
    else {
      expect(hold?.id).toBe('fleet-budget');
      expect(hold?.why).toMatch(new RegExp(`^no right on Leases: .*${expected}`));
    }
  });
});

describe('isBreakerReset', () => {
  const reset = (of: string): LedgerEntry => ({ kind: 'reset', of, by: 'root', at: 0, boot: 'b', up: H, seq: 1 });

  it.each<[string, LedgerEntry, number, boolean]>([
    ['a moment ago', reset('breaker'), H + 1, true],
    ['longer ago than it counts', reset('breaker'), H + minutes(10), false],
    ['of a problem', reset('ContainerRuntimeUnhealthy'), H + 1, false],
  ])('%s', (_, entry, up, expected) => {
    expect(isBreakerReset([entry], minutes(10), at(up))).toBe(expected);
    expect(isBreakerReset([intent(0), entry, intent(H)], minutes(10), at(up))).toBe(expected);
  });
});
