import { describe, expect, it } from 'vitest';
import type { Casebook } from '../../agent/casebook.ts';
import { openNotes } from '../../agent/notes.ts';
import type { GuardId } from '../../lib/model/guard-ids.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { decide } from '../../lib/policy/decide.ts';
import { observing } from '../../lib/policy/guards/others.ts';
import { isObserving } from '../../lib/policy/noted.ts';
import { restartRuntime } from '../../lib/remedies/restart-runtime.ts';
import { recordOfStep } from '../../lib/reporters/event-records.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';
import { standing } from '../fakes/tidings.ts';

const problem = standing();
const casebook: Casebook = { incidentOf: () => '20260101-1', note: async () => undefined };
const OBSERVE = { id: 'mode', why: 'mode: observe' } as const;

const hold = (...ids: readonly (GuardId | typeof OBSERVE)[]): Decision => ({
  kind: 'hold',
  remedy: restartRuntime,
  disruption: 'local',
  holds: ids.map((id) => (typeof id === 'string' ? { id, why: 'why' } : id)),
});
const exhausted: Decision = { kind: 'exhausted', tried: ['restart-runtime'] };
const act: Decision = { kind: 'act', remedy: restartRuntime, disruption: 'local' };

/** Takes these decisions, a minute apart unless told otherwise; returns what the ledger was told. */
async function noted(decisions: readonly Decision[], apart = 60_000, ledger = fakeLedger(), told: RemedyStep[] = []) {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now, sleep: async () => undefined };
  const notes = openNotes({ clock, ledger, casebook, tell: (step) => told.push(step) });
  for (const decision of decisions) {
    notes.take([problem], new Map([[problem.identity, decision]]));
    await notes.idle();
    now += apart;
  }
  return ledger.entries.map((entry) => (entry.kind === 'guards' ? `guards ${entry.guards.join()}` : entry.kind));
}

describe('what the ledger is told of decisions', () => {
  it.each([
    ['what observe mode alone kept from being done, once', [hold(OBSERVE), hold(OBSERVE), hold(OBSERVE)], ['would']],
    [
      'the guards that hold, when they change',
      [hold('paused'), hold('paused'), hold('packages')],
      ['guards paused', 'guards packages'],
    ],
    ['the guards that would hold in observe mode', [hold(OBSERVE, 'pressure'), hold(OBSERVE)], ['guards pressure', 'would']],
    ['that nothing holds any more', [hold('paused'), act], ['guards paused', 'guards ']],
    ['nothing of an act that was never held', [act, act], []],
    ['nothing while it may still pass by itself', [hold('not-persistent', OBSERVE), hold('not-persistent', 'paused')], []],
    ['that it was given up, once', [exhausted, exhausted], ['exhausted']],
    ['nothing of advice', [{ kind: 'advise', why: 'a notice' } as const], []],
  ])('%s', async (_, decisions, entries) => expect(await noted(decisions)).toEqual(entries));

  it('is bounded: a guard that comes and goes does not fill it', async () => {
    const flapping = Array.from({ length: 500 }, (_, index) => hold(index % 2 === 0 ? 'pressure' : 'packages'));

    expect((await noted(flapping, 1000)).length).toBeLessThanOrEqual(10);
    expect((await noted(flapping)).length).toBe(30);
  });

  it('says once that it was given up, whatever agent is asked', async () => {
    const [ledger, told]: [ReturnType<typeof fakeLedger>, RemedyStep[]] = [fakeLedger(), []];
    await noted([exhausted, exhausted], 60_000, ledger, told);
    await noted([exhausted], 60_000, ledger, told);

    expect(told).toEqual([
      expect.objectContaining({
        kind: 'exhausted',
        reason: 'DockerHung',
        message: expect.stringContaining('restart-runtime did not help; nodemend reset ContainerRuntimeUnhealthy'),
      }),
    ]);
    expect(recordOfStep(told[0] as RemedyStep)).toMatchObject({ type: 'Warning', reason: 'RemediesExhausted' });
  });

  it('is told nothing twice by an agent that was restarted', async () => {
    const ledger = fakeLedger();
    await noted([hold(OBSERVE)], 60_000, ledger);

    expect(await noted([hold(OBSERVE)], 60_000, ledger)).toEqual(['would']);
  });

  it('knows observe mode by what decision and guard really say, and no other hold of that name', () => {
    const context = {
      ladder: [restartRuntime],
      history: () => ({ tried: false, attempts: 0, sinceLast: undefined }),
      guards: () => [],
    };
    const allowance = () => ({ enabled: true, disruption: 'local', cooldown: 0, attempts: 3 }) as const;
    const observe = decide(problem, { ...context, allowance, mode: 'observe', disruption: () => 'local' });
    const costly = decide(problem, { ...context, allowance, mode: 'remedy', disruption: () => 'workload' });
    const annotation = observing({ observing: true });

    expect(observe.kind === 'hold' && observe.holds.map(isObserving)).toEqual([true]);
    expect(costly.kind === 'hold' && costly.holds.map(isObserving)).toEqual([false]);
    expect(annotation && isObserving(annotation)).toBe(true);
  });
});
