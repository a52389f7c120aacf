import { describe, expect, it } from 'vitest';
import { type RepairParts, repair } from '../../agent/repair.ts';
import type { Execution } from '../../lib/model/action.ts';
import type { Plan, Refusal } from '../../lib/model/remedy.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import { dockerHung, standingOf } from '../fakes/faults.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';
import { fakeNode } from '../fakes/node.ts';

const remedy = findRemedy('restart-runtime');
if (remedy === undefined) throw new Error('no restart-runtime');

const plan = (delay = 0): Plan => ({
  kind: 'plan',
  steps: [{ do: 'restart-unit', unit: 'docker.service', main: 92, along: [], patience: 3000, within: 20_000 }],
  delay,
  settle: 30_000,
});
const done: Execution = { kind: 'done', why: 'docker.service is active as process 812', steps: [] };

/** A sleep turns it; nobody else does. */
function turningClock(onSleep: (now: number) => void = () => undefined) {
  let now = 0;
  return {
    ...fakeNode({}).clock,
    monotonic: () => now,
    async sleep(duration: number) {
      now += duration;
      onSleep(now);
    },
  };
}

async function attempt(
  changes: Partial<RepairParts> & { readonly planned?: Plan | Refusal; readonly execution?: Execution } = {},
) {
  const ledger = fakeLedger();
  const said: string[] = [];
  const about: string[] = [];
  const progress: string[] = [];
  const { planned = plan(), execution = done, ...parts } = changes;
  await repair(
    {
      clock: turningClock(),
      ledger,
      plan: async () => planned,
      execute: async (_plan, intent) => {
        await ledger.append(intent);
        if (execution.kind !== 'done' && execution.kind !== 'begun') {
          await ledger.append({
            kind: 'outcome',
            action: intent.action,
            incident: 'i',
            remedy: remedy?.id ?? '',
            outcome: execution.kind,
            message: execution.why,
          });
        }
        return execution;
      },
      stillAllowed: async () => true,
      heldByPerson: async () => undefined,
      signal: new AbortController().signal,
      verified: async () => true,
      tell: ({ kind, outcome, type, subject }) => {
        said.push(outcome === undefined ? kind : `${kind} ${outcome}`);
        about.push(`${type} ${subject}`);
      },
      ...parts,
    },
    {
      remedy: remedy ?? never(),
      standing: standingOf(dockerHung()),
      incident: 'i',
      rung: 0,
      disruption: 'local',
      onProgress: (text) => progress.push(text),
    },
  );
  const outcomes = ledger.entries.flatMap((entry) => (entry.kind === 'outcome' ? [entry.outcome] : []));
  return { said, about, progress, kinds: ledger.kinds(), outcomes, intent: ledger.entries[0] };
}

function never(): never {
  throw new Error('no remedy');
}

describe('repair', () => {
  it('is a success only when the check has passed', async () => {
    const { said, kinds, outcomes, intent } = await attempt();

    expect(said).toEqual(['started', 'succeeded succeeded']);
    expect(kinds).toEqual(['intent', 'outcome']);
    expect(outcomes).toEqual(['succeeded']);
    expect(intent).toMatchObject({
      kind: 'intent',
      subject: 'docker.service',
      unit: 'docker.service',
      remedy: 'restart-runtime',
      plan: plan().steps,
      by: 'agent',
    });
  });

  it('says of which problem it speaks, and to a person who waits what it does', async () => {
    const { about, progress } = await attempt();
    const delayed = await attempt({ planned: plan(15_000) });

    expect(about).toEqual(Array(2).fill('ContainerRuntimeUnhealthy docker.service'));
    expect(progress[0]).toBe('takes evidence, then: restart-unit docker.service');
    expect(delayed.progress[0]).toMatch(/^waits 15s, so that/);
  });

  it.each([
    [0, false, ['started', 'succeeded succeeded']],
    [15_000, true, ['started', 'succeeded succeeded']],
    [15_000, false, []],
  ])('asks the guards again only after a wait: %i ms, allowed: %s', async (delay, allowed, expected) => {
    const { said } = await attempt({ planned: plan(delay), stillAllowed: async () => allowed });

    expect(said).toEqual(expected);
  });

  it('waits for a check that takes its time', async () => {
    const verified = async () => {
      await new Promise(setImmediate);
      return true;
    };

    expect((await attempt({ verified })).outcomes).toEqual(['succeeded']);
  });

  it('waits for no check when the agent was told to end during its steps', async () => {
    const ended = new AbortController();
    const execute = async (): Promise<Execution> => {
      ended.abort();
      return done;
    };
    const { outcomes } = await attempt({ execute, verified: () => new Promise(() => undefined), signal: ended.signal });

    expect(outcomes).toEqual(['interrupted']);
  });

  it('has failed when everything was done and the check still does not pass', async () => {
    const { said, outcomes } = await attempt({ verified: async () => false });

    expect(said).toEqual(['started', 'failed failed']);
    expect(outcomes).toEqual(['failed']);
  });

  it.each([
    'failed',
    'timed-out',
    'refused',
    'interrupted',
  ] as const)('writes one outcome when the steps are %s', async (kind) => {
    const { said, outcomes } = await attempt({ execution: { kind, why: 'no', steps: [] } });

    expect(said).toEqual(['started', `failed ${kind}`]);
    expect(outcomes).toEqual([kind]);
  });

  it('is left open where it goes on beyond this agent: its outcome is another one’s to write', async () => {
    const verified = () => Promise.reject(new Error('nobody is asked'));
    const { said, kinds, outcomes } = await attempt({
      execution: { kind: 'begun', why: 'the host reboots', steps: [] },
      verified,
    });

    expect(said).toEqual(['started', 'started']);
    expect(kinds).toEqual(['intent']);
    expect(outcomes).toEqual([]);
  });

  it('was skipped where it was held right before its first step', async () => {
    const { said } = await attempt({ execution: { kind: 'interrupted', why: 'fleet-breaker', steps: [], untouched: true } });

    expect(said).toEqual(['started', 'skipped interrupted']);
  });

  it('spends its turn where there is nothing it could do', async () => {
    const { said, kinds, outcomes, intent } = await attempt({ planned: { kind: 'refusal', why: 'the kubelet runs inside k3s' } });

    expect(said).toEqual(['failed refused']);
    expect(kinds).toEqual(['intent', 'outcome']);
    expect(intent).toMatchObject({ plan: [] });
    expect(intent).not.toHaveProperty('unit');
    expect(outcomes).toEqual(['refused']);
  });

  it('does nothing, and spends nothing, when a guard came up while it waited', async () => {
    const { said, kinds } = await attempt({ planned: plan(15_000), stillAllowed: async () => false });

    expect(said).toEqual([]);
    expect(kinds).toEqual([]);
  });

  it.each([0, 29_000])('does nothing when a person has said stop, whatever it has to wait: %i ms', async (delay) => {
    const { said, kinds } = await attempt({ planned: plan(delay), heldByPerson: async () => 'paused: new disks' });

    expect(said).toEqual(['skipped']);
    expect(kinds).toEqual([]);
  });

  it('hears a person within 10 s while it waits', async () => {
    let now = 0;
    const clock = turningClock((at) => {
      now = at;
    });
    const heldByPerson = async () => (now >= 8000 ? 'paused' : undefined);
    const { said, kinds } = await attempt({ planned: plan(29_000), heldByPerson, clock });

    expect({ said, kinds }).toEqual({ said: ['skipped'], kinds: [] });
    expect(now - 8000).toBeLessThan(10_000);
  });

  it('begins nothing when the agent is told to end while it waits', async () => {
    const ended = new AbortController();
    const clock = turningClock((now) => now > 10_000 && ended.abort());
    const { said, kinds } = await attempt({ planned: plan(29_000), clock, signal: ended.signal });

    expect({ said, kinds }).toEqual({ said: [], kinds: [] });
  });

  it('waits for no check when the agent is told to end, and says that it does not know', async () => {
    const ended = new AbortController();
    const verified = () => new Promise<boolean>(() => ended.abort());
    const { said, outcomes } = await attempt({ verified, signal: ended.signal });

    expect(said).toEqual(['started', 'failed interrupted']);
    expect(outcomes).toEqual(['interrupted']);
  });
});
