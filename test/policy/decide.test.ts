import { describe, expect, it } from 'vitest';
import type { Standing } from '../../lib/model/standing.ts';
import { type Allowance, type DecideContext, decide, type History } from '../../lib/policy/decide.ts';
import { remedies } from '../../lib/remedies/index.ts';
import { faultOf } from '../fakes/faults.ts';

const remedy = (id: string) => remedies.filter((one) => one.id === id);
const LADDER = [...remedy('restart-kubelet'), ...remedy('restart-runtime'), ...remedy('drain')];

const standing = (details: Partial<Standing> = {}): Standing => ({
  identity: 'PLEGUnhealthy\0',
  check: 'pleg-health',
  fault: faultOf('PLEGUnhealthy', 'PlegStalled'),
  state: 'active',
  since: 0,
  stood: 0,
  gone: 0,
  ...details,
});

interface Changes extends Partial<Omit<DecideContext, 'allowance' | 'history'>> {
  readonly allow?: Readonly<Record<string, Partial<Allowance>>>;
  readonly past?: Readonly<Record<string, Partial<History>>>;
}

function context({ allow = {}, past = {}, ...changes }: Changes = {}): DecideContext {
  return {
    mode: 'remedy',
    ladder: LADDER,
    allowance: ({ id, enabledByDefault, disruption }) => ({
      enabled: enabledByDefault,
      disruption,
      cooldown: 300_000,
      attempts: 3,
      ...allow[id],
    }),
    history: ({ id }) => ({ tried: false, attempts: 0, sinceLast: undefined, ...past[id] }),
    disruption: ({ disruption }) => disruption,
    guards: () => [],
    ...changes,
  };
}

const shown = (decision: ReturnType<typeof decide>) => {
  if (decision.kind === 'act') return `act ${decision.remedy.id}`;
  if (decision.kind === 'hold') return `hold ${decision.remedy.id}: ${decision.holds.map(({ id }) => id).join(',')}`;
  return decision.kind;
};

describe('decide', () => {
  it.each<[string, Changes, string]>([
    ['takes the first rung', {}, 'act restart-kubelet'],
    ['climbs past a rung that did not help', { past: { 'restart-kubelet': { tried: true } } }, 'act restart-runtime'],
    ['climbs past a rung whose attempts are spent', { past: { 'restart-kubelet': { attempts: 3 } } }, 'act restart-runtime'],
    ['leaves out a rung that is off', { allow: { 'restart-kubelet': { enabled: false } } }, 'act restart-runtime'],
    [
      'gives up at the end of the ladder',
      { past: { 'restart-kubelet': { tried: true }, 'restart-runtime': { attempts: 3 } } },
      'exhausted',
    ],
    [
      'reaches a disruptive rung only when it is on',
      { past: { 'restart-kubelet': { tried: true }, 'restart-runtime': { tried: true } }, allow: { drain: { enabled: true } } },
      'act drain',
    ],
    ['advises where nothing is on', { ladder: remedy('drain') }, 'advise'],
    [
      'rests after an attempt',
      { past: { 'restart-kubelet': { attempts: 1, sinceLast: 299_999 } } },
      'hold restart-kubelet: cooldown',
    ],
    ['acts again after the rest', { past: { 'restart-kubelet': { attempts: 1, sinceLast: 300_000 } } }, 'act restart-kubelet'],
    ['does nothing in observe mode', { mode: 'observe' }, 'hold restart-kubelet: mode'],
    ['holds what would disrupt more than allowed', { disruption: () => 'workload' }, 'hold restart-kubelet: mode'],
    [
      'obeys an operator who allows that',
      { disruption: () => 'workload', allow: { 'restart-kubelet': { disruption: 'workload' } } },
      'act restart-kubelet',
    ],
    [
      'names every guard',
      {
        guards: () => [
          { id: 'paused', why: '' },
          { id: 'starting', why: '' },
        ],
      },
      'hold restart-kubelet: paused,starting',
    ],
  ])('%s', (_name, changes, outcome) => {
    expect(shown(decide(standing(), context(changes)))).toBe(outcome);
  });

  it('names the rung that earlier incidents have used up, not the one that this incident tried', () => {
    const past = { 'restart-kubelet': { tried: true, attempts: 1 }, 'restart-runtime': { attempts: 4 } };

    expect(decide(standing(), context({ past }))).toEqual({
      kind: 'exhausted',
      tried: ['restart-kubelet', 'restart-runtime'],
      holds: [{ id: 'attempts', why: 'restart-runtime: 4 of 3 attempts against this problem are used up' }],
    });
  });

  it('has nothing used up where this incident tried every rung itself', () => {
    const past = { 'restart-kubelet': { tried: true }, 'restart-runtime': { tried: true } };

    expect(decide(standing(), context({ past }))).toMatchObject({ kind: 'exhausted', holds: [] });
  });

  it.each(['suspected', 'clearing'] as const)('waits while the problem is %s', (state) => {
    expect(shown(decide(standing({ state }), context()))).toBe('hold restart-kubelet: not-persistent');
  });

  it('never acts on a notice', () => {
    const notice = standing({ fault: { ...standing().fault, severity: 'notice' } });

    expect(decide(notice, context())).toMatchObject({ kind: 'advise' });
  });
});

describe('a remedy that may be tried again', () => {
  const drain = {
    ladder: remedy('drain'),
    allow: { drain: { enabled: true, disruption: 'workload', cooldown: 600_000, attempts: 4 } },
  } as const;

  it.each([
    [1, 590_000, 'hold'],
    [1, 610_000, 'act'],
    [2, 1_190_000, 'hold'],
    [2, 1_210_000, 'act'],
    [3, 2_390_000, 'hold'],
    [3, 2_410_000, 'act'],
    [4, 9_000_000, 'exhausted'],
  ])('after %d failures and %d ms: %s', (attempts, sinceLast, kind) => {
    expect(decide(standing(), context({ ...drain, past: { drain: { attempts, sinceLast } } })).kind).toBe(kind);
  });
});

describe('a notice', () => {
  const notice = standing({ fault: { ...standing().fault, severity: 'notice' } });
  const ladder = [...remedy('restart-kubelet'), ...remedy('upgrade-systemd')];
  const on = { 'upgrade-systemd': { enabled: true } };

  it('is advice, whatever its ladder has', () => {
    expect(decide(notice, context())).toEqual({ kind: 'advise', why: 'a notice' });
    expect(decide(notice, context({ ladder }))).toMatchObject({ kind: 'advise' });
  });

  it('has the node drained where the operator named the condition, and for no other notice', () => {
    const drained = { ladder: remedy('drain'), allow: { drain: { enabled: true, disruption: 'workload' } } } as const;
    const named = standing({ fault: { ...notice.fault, type: 'DrainConditionMet' } });

    expect(decide(named, context(drained))).toMatchObject({ kind: 'act', remedy: { id: 'drain' } });
    expect(decide(notice, context(drained))).toEqual({ kind: 'advise', why: 'a notice' });
  });

  it('is repaired by a remedy for notices that the operator turned on, and by no other', () => {
    expect(decide(notice, context({ ladder, allow: on }))).toMatchObject({ kind: 'act', remedy: { id: 'upgrade-systemd' } });
    const used = { 'upgrade-systemd': { tried: true } };
    expect(decide(notice, context({ ladder, allow: on, past: used }))).toMatchObject({
      kind: 'exhausted',
      tried: ['upgrade-systemd'],
    });
  });
});
