import { describe, expect, it } from 'vitest';
import { type ExecuteContext, execute } from '../../agent/execute.ts';
import type { Intent, LedgerEvent, LedgerKept } from '../../lib/model/incident.ts';
import type { Plan, Step } from '../../lib/model/remedy.ts';
import { whyUncounted as uncounted } from '../../lib/policy/uncounted.ts';
import { type FakeSystemd, fakeSystemd } from '../fakes/systemd.ts';

const restart = (unit: string, main: number): Step => ({
  do: 'restart-unit',
  unit,
  main,
  along: [],
  patience: 3000,
  within: 30_000,
});
const plan = (...steps: [Step, ...Step[]]): Plan => ({ kind: 'plan', steps, delay: 0, settle: 60_000 });
const INTENT: Intent = {
  kind: 'intent',
  action: 'a1',
  incident: 'i1',
  type: 'ContainerRuntimeUnhealthy',
  remedy: 'restart-runtime',
  rung: 0,
  disruption: 'local',
  unit: 'docker.service',
  plan: [],
  by: 'agent',
};

interface Laboratory {
  readonly systemd: FakeSystemd;
  /** Everything that happened, in order. */
  readonly log: string[];
  readonly context: ExecuteContext;
  readonly ending: AbortController;
}

function laboratory(kept: LedgerKept = 'disk'): Laboratory {
  const log: string[] = [];
  const systemd = fakeSystemd({ 'docker.service': { mainPid: 812 }, 'kubelet.service': { mainPid: 900 } });
  systemd.answer = (request) => {
    log.push(request.kind === 'unit' ? `${request.verb} ${request.unit}` : request.kind);
    return undefined;
  };
  const ending = new AbortController();
  const append = async (event: LedgerEvent) => {
    log.push(event.kind === 'outcome' ? `outcome ${event.outcome}` : event.kind);
    return { kept };
  };
  const collect = async () => log.push('evidence');
  const heldByPerson = async () => undefined;
  const whyUncounted: ExecuteContext['whyUncounted'] = (intent, where) => uncounted([], intent, where, { boot: 'b', up: 9 });
  return {
    systemd,
    log,
    ending,
    context: { ...systemd, append, collect, heldByPerson, whyUncounted, signal: ending.signal },
  };
}

describe('execute', () => {
  it('writes the intent, takes evidence, acts – in this order – and leaves success to the check', async () => {
    const { log, context } = laboratory();

    const execution = await execute(plan(restart('docker.service', 812)), INTENT, context);

    expect(log).toEqual(['intent', 'evidence', 'restart docker.service']);
    expect(execution).toMatchObject({ kind: 'done', why: 'docker.service is active as process 5000' });
    expect(execution.steps).toHaveLength(1);
  });

  it('writes the very steps with the intent', async () => {
    const { context } = laboratory();
    const events: LedgerEvent[] = [];
    const append = async (event: LedgerEvent) => {
      events.push(event);
      return { kept: 'disk' as const };
    };

    await execute(plan(restart('docker.service', 812)), INTENT, { ...context, append });

    expect(events).toMatchObject([{ kind: 'intent', action: 'a1', plan: [{ do: 'restart-unit', unit: 'docker.service' }] }]);
  });

  it('does nothing that no restart of the agent would remember', async () => {
    const { log, context } = laboratory('memory');

    expect(await execute(plan(restart('docker.service', 812)), INTENT, context)).toMatchObject({ kind: 'refused' });
    expect(log).toEqual(['intent', 'outcome refused']);
  });

  it('acts with an intent that outlives the agent, where the disk is gone', async () => {
    const { context } = laboratory('runtime');

    expect(await execute(plan(restart('docker.service', 812)), INTENT, context)).toMatchObject({ kind: 'done' });
  });

  it('leaves the next step when a person has said stop', async () => {
    const { log, context } = laboratory();
    const heldByPerson = async () => 'paused: new disks';

    const execution = await execute(plan(restart('docker.service', 812), restart('kubelet.service', 900)), INTENT, {
      ...context,
      heldByPerson,
    });

    expect(execution).toMatchObject({ kind: 'interrupted', why: 'paused: new disks', steps: [{}] });
    expect(log).toEqual(['intent', 'evidence', 'restart docker.service', 'outcome interrupted']);
  });

  it('asks once more when the evidence is there, and touches nothing where it is held by then', async () => {
    const { log, context } = laboratory();
    const outcomes: LedgerEvent[] = [];
    const append = async (event: LedgerEvent) => {
      outcomes.push(event);
      return context.append(event);
    };
    const confirm = async () => {
      log.push('confirm');
      return 'fleet-breaker: 9 others';
    };

    const execution = await execute(plan(restart('docker.service', 812)), INTENT, { ...context, append, confirm });

    expect(execution).toEqual({ kind: 'interrupted', why: 'fleet-breaker: 9 others', steps: [], untouched: true });
    expect(log).toEqual(['intent', 'evidence', 'confirm', 'outcome interrupted']);
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'interrupted', untouched: true });
  });

  it('is not kept from the repair by evidence that cannot be had', async () => {
    const { context } = laboratory();
    const collect = () => Promise.reject(new Error('ENOSPC'));

    expect(await execute(plan(restart('docker.service', 812)), INTENT, { ...context, collect })).toMatchObject({ kind: 'done' });
  });

  it('stops at the first step that fails, and writes why', async () => {
    const { log, context } = laboratory();

    const execution = await execute(plan(restart('docker.service', 1), restart('kubelet.service', 900)), INTENT, context);

    expect(execution).toMatchObject({ kind: 'refused', why: expect.stringContaining('restarted meanwhile') });
    expect(log).toEqual(['intent', 'evidence', 'outcome refused']);
  });

  it('calls a plan failed whose second step was refused: the first has been done', async () => {
    const { context } = laboratory();

    expect(await execute(plan(restart('docker.service', 812), restart('kubelet.service', 1)), INTENT, context)).toMatchObject({
      kind: 'failed',
      steps: [{}, {}],
    });
  });

  it('begins nothing once the agent is told to end', async () => {
    const { log, context, ending } = laboratory();
    ending.abort();

    expect(await execute(plan(restart('docker.service', 812)), INTENT, context)).toMatchObject({ kind: 'refused' });
    expect(log).toEqual([]);
  });

  it('finishes a step and says interrupted when told to end in the middle', async () => {
    const { systemd, log, context, ending } = laboratory();
    systemd.at(50, () => ending.abort());

    const execution = await execute(plan(restart('docker.service', 812), restart('kubelet.service', 900)), INTENT, context);

    expect(execution.kind).toBe('interrupted');
    expect(log).toEqual(['intent', 'evidence', 'restart docker.service', 'outcome interrupted']);
  });

  it('tells a defect of its own in the ledger', async () => {
    const { log, context } = laboratory();
    const host = { ...context.host, run: () => Promise.reject(new Error('boom')) };

    expect(await execute(plan(restart('docker.service', 812)), INTENT, { ...context, host })).toMatchObject({
      kind: 'failed',
      why: 'internal error: boom',
    });
    expect(log.at(-1)).toBe('outcome failed');
  });
});
