import { describe, expect, it } from 'vitest';
import { evictionConfig } from '../../lib/checks/eviction-config.ts';
import { fault as makeFault, pass } from '../../lib/model/finding.ts';
import type { GuardId } from '../../lib/model/guard-ids.ts';
import { defineProblem } from '../../lib/model/problem.ts';
import type { Disruption, Remedy } from '../../lib/model/remedy.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { buildSnapshot, type SnapshotInput } from '../../lib/policy/snapshot.ts';
import { START, snapshot, standing } from '../fakes/tidings.ts';

const remedy: Remedy = { id: 'restart-runtime', title: 'x', disruption: 'local', enabledByDefault: true };
const act = (disruption: Disruption = 'local'): Decision => ({ kind: 'act', remedy, disruption });
const hold = (id: GuardId, disruption: Disruption = 'local'): Decision => ({
  kind: 'hold',
  remedy,
  disruption,
  holds: [
    { id, why: 'because' },
    { id, why: 'for another reason' },
  ],
});

const build = (changes: Partial<SnapshotInput> = {}) => {
  const { node, agentVersion, mode, paused, signals, lastRemedy, process } = snapshot();
  const rest = { node, agentVersion, mode, paused, signals, lastRemedy, process };
  return buildSnapshot({ ...rest, at: START, checks: [], standings: [], decisions: new Map(), ...changes });
};

const decided = (decision?: Decision, changes = {}) => {
  const one = standing(changes);
  const decisions = new Map(decision === undefined ? [] : [[one.identity, decision]]);
  return build({ standings: [one], decisions }).problems[0];
};

const problem = (type: string, severity: 'notice' | 'warning') =>
  defineProblem({
    type,
    title: '',
    meaning: '',
    detection: '',
    advice: [],
    settings: [],
    ladder: [],
    reasons: { Some: { severity, description: '' } },
  });

describe('buildSnapshot', () => {
  it('does not count what is only suspected', () => {
    expect(build({ standings: [standing({ state: 'suspected' })] }).health).toBe('Unknown');
    expect(build({ standings: [standing({ state: 'active' })] }).health).toBe('Critical');
    expect(build({ standings: [standing({ state: 'clearing' })] }).health).toBe('Critical');
    expect(build({ standings: [standing({}, { severity: 'warning' })] }).health).toBe('Degraded');
  });

  it('tells a check that has not run from one that could not tell, and notices from conditions', () => {
    const check = { id: 'a', title: 'a', problems: [problem('Loud', 'warning'), problem('Quiet', 'notice')] };
    const findings = [pass('fine'), makeFault(problem('Loud', 'warning'), 'Some', 'loud')];

    const [never, ran] = build({ checks: [{ check }, { check, last: { at: START, took: 3.4, findings } }] }).checks;

    expect(never).toMatchObject({ status: 'unknown', lastRun: null, conditions: ['Loud'] });
    expect(ran).toMatchObject({ status: 'warn', summary: 'loud', lastRun: '2026-01-01T00:00:00.000Z', durationMs: 3 });
  });

  it('never makes a condition of an unguarded eviction signal: it is a stock partial setting, and others drain on conditions', () => {
    expect(build({ checks: [{ check: evictionConfig }] }).checks[0]?.conditions).not.toContain('EvictionSignalUnguarded');
  });

  it.each<[string, Decision | undefined, boolean]>([
    ['not decided yet', undefined, true],
    ['a local rung is next', act(), true],
    ['a local rung is held by a guard', hold('cooldown'), true],
    ['a rung that would end containers is next', act('workload'), false],
    ['it is held because of the mode', hold('mode'), false],
    ['advice alone', { kind: 'advise', why: 'a notice' }, false],
    ['every rung was tried', { kind: 'exhausted', tried: ['restart-runtime'], holds: [] }, false],
  ])('%s: a local rung is still to come: $2', (_, decision, toCome) => {
    expect(decided(decision)?.localRungToCome).toBe(toCome);
  });

  it('waits for no decision where no rung could cure it here', () => {
    const standings = [standing({ state: 'active' })];

    expect(build({ standings, mayBeCuredHere: () => true }).problems[0]?.localRungToCome).toBe(true);
    expect(build({ standings, mayBeCuredHere: () => false }).problems[0]?.localRungToCome).toBe(false);
  });

  it('gives a symptom what its cause has still to come', () => {
    const [cause, symptom] = [standing(), standing({}, { type: 'PLEGUnhealthy', reason: 'PlegStalled', subject: 'kubelet' })];
    const advise: Decision = { kind: 'advise', why: 'no rung of its ladder is switched on' };
    const problemsOf = (decision: Decision) =>
      build({
        standings: [symptom, cause],
        decisions: new Map([
          [cause.identity, decision],
          [symptom.identity, advise],
        ]),
      }).problems;

    expect(problemsOf(act()).map(({ type, localRungToCome }) => [type, localRungToCome])).toEqual([
      ['ContainerRuntimeUnhealthy', true],
      ['PLEGUnhealthy', true],
    ]);
    expect(problemsOf(act())[1]?.cause).toBe('ContainerRuntimeUnhealthy');
    expect(problemsOf({ kind: 'exhausted', tried: [], holds: [] })[1]?.localRungToCome).toBe(false);
  });

  it('names every guard once, and keeps each of its reasons', () => {
    const { next, holds } = decided(hold('pressure')) ?? {};

    expect(next).toEqual({ remedy: 'restart-runtime', disruption: 'local', blockedBy: ['pressure'] });
    expect(holds?.map(({ why }) => why)).toEqual(['because', 'for another reason']);
  });
});
