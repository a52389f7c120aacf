import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import type { Execution, StepResult } from '../lib/model/action.ts';
import { messageOf } from '../lib/model/error-words.ts';
import type { Intent, LedgerEvent, LedgerKept } from '../lib/model/incident.ts';
import type { Plan, Step } from '../lib/model/remedy.ts';
import { endGroup } from './steps/end-group.ts';
import { endProcess } from './steps/end-process.ts';
import { moveWorkStep } from './steps/move-work.ts';
import { rebootStep } from './steps/reboot.ts';
import { reclaimStep } from './steps/reclaim.ts';
import { restartUnit } from './steps/restart-unit.ts';
import { setEviction } from './steps/set-eviction.ts';
import { startUnit } from './steps/start-unit.ts';
import type { StepContext, StepOutcome } from './steps/step.ts';
import { upgradeSystemdStep } from './steps/upgrade-systemd.ts';

export interface ExecuteContext {
  readonly host: HostView;
  /** Nobody else holds one. */
  readonly control: HostControl;
  append(event: LedgerEvent): Promise<{ readonly kept: LedgerKept }>;
  /** Takes evidence, bounded in time and bytes by itself; what it cannot have must not keep the repair. */
  collect?(): Promise<unknown>;
  /** Why it must not begin after all; asked when the evidence has been taken, right before the first step. */
  confirm?(): Promise<string | undefined>;
  /** Why nothing more may be done by now: a person said stop; asked before every step but the first. */
  heldByPerson(): Promise<string | undefined>;
  /** Why an intent that is kept so does not count as written. */
  whyUncounted(intent: Intent, kept: LedgerKept): string | undefined;
  /** Each step when it has ended, for whoever waits. */
  onStep?(result: StepResult): void;
  readonly programIdentity?: StepContext['programIdentity'];
  readonly launcher?: StepContext['launcher'];
  readonly moveWork?: StepContext['moveWork'];
  /** Aborted when the agent is told to end. */
  readonly signal: AbortSignal;
}

function perform(step: Step, context: StepContext): Promise<StepOutcome> {
  switch (step.do) {
    case 'restart-unit':
      return restartUnit(step, context);
    case 'start-unit':
      return startUnit(step, context);
    case 'end-process':
      return endProcess(step, context);
    case 'end-group':
      return endGroup(step, context);
    case 'move-work':
      return moveWorkStep(step, context);
    case 'upgrade-systemd':
      return upgradeSystemdStep(step, context);
    case 'reboot':
      return rebootStep(step, context);
    case 'reclaim':
      return reclaimStep(step, context);
    case 'set-eviction':
      return setEviction(step, context);
  }
}

const TOLD_TO_END = 'the agent was told to end';

/** Step by step; the first that is not done ends it. Nothing is undone: every step leaves the node in a state of its own. */
async function performAll(steps: readonly Step[], context: ExecuteContext): Promise<Execution> {
  const results: StepResult[] = [];
  for (const step of steps) {
    if (context.signal.aborted) return { kind: 'interrupted', why: TOLD_TO_END, steps: results };
    const held = results.length === 0 ? undefined : await context.heldByPerson();
    if (held !== undefined) return { kind: 'interrupted', why: held, steps: results };
    const started = context.host.clock.monotonic();
    const { kind, why } = await perform(step, context);
    const result = { step, took: context.host.clock.monotonic() - started, what: why };
    results.push(result);
    context.onStep?.(result);
    if (kind === 'done') continue;
    // The first step refused: nothing was touched. A later one: the plan stands half done.
    const hasActed = results.length > 1;
    return { kind: kind === 'refused' && hasActed ? 'failed' : kind, why, steps: results };
  }
  return { kind: 'done', why: results.map(({ what }) => what).join('; '), steps: results };
}

async function attempt(plan: Plan, intent: Intent, context: ExecuteContext): Promise<Execution> {
  const { kept } = await context.append({ ...intent, plan: plan.steps });
  const uncounted = context.whyUncounted(intent, kept);
  if (uncounted !== undefined) return { kind: 'refused', why: uncounted, steps: [] };
  await context.collect?.().catch(() => undefined);
  const held = await context.confirm?.();
  if (held !== undefined) return { kind: 'interrupted', why: held, steps: [], untouched: true };
  return performAll(plan.steps, context);
}

/**
 * Carries out a plan: intent on disk, evidence, steps. Whatever the host does is an outcome; one that is not `done` is in the
 * ledger when this returns, of a `done` one the caller's check says what it was worth, and of a `begun` one the next agent.
 */
export async function execute(plan: Plan, intent: Intent, context: ExecuteContext): Promise<Execution> {
  if (context.signal.aborted) return { kind: 'refused', why: TOLD_TO_END, steps: [] };
  let execution: Execution;
  try {
    execution = await attempt(plan, intent, context);
  } catch (error) {
    // A defect of ours, halfway through: the ledger must say so.
    execution = { kind: 'failed', why: `internal error: ${messageOf(error)}`, steps: [] };
  }
  const { kind, why, untouched } = execution;
  if (kind !== 'done' && kind !== 'begun') {
    const { action, incident, remedy } = intent;
    const spared = untouched === undefined ? {} : { untouched };
    await context.append({ kind: 'outcome', action, incident, remedy, outcome: kind, message: why, ...spared });
  }
  return execution;
}
