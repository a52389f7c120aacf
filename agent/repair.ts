import type { Clock } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { ActionOutcome, Intent } from '../lib/model/incident.ts';
import type { Disruption, Plan, Refusal, Remedy } from '../lib/model/remedy.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import type { Duration } from '../lib/model/units.ts';

/** What executing a plan came to; `done` is not yet success. */
export interface Executed {
  readonly kind: 'done' | Exclude<ActionOutcome, 'succeeded'>;
  readonly message: string;
}

export interface RepairParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  plan(remedy: Remedy, standing: Standing): Promise<Plan | Refusal>;
  /** Evidence, then the steps; every one of them bounded. */
  execute(action: string, plan: Plan): Promise<Executed>;
  /** Whether nothing has come up that holds the remedy now; asked again after a delay. */
  stillAllowed(remedy: Remedy, standing: Standing): Promise<boolean>;
  /** Resolves to true when the check has passed after this moment, to false at the deadline. */
  verified(standing: Standing, deadline: Duration): Promise<boolean>;
  tell(step: RemedyStep): void;
}

export interface Repair {
  readonly remedy: Remedy;
  readonly standing: Standing;
  readonly incident: string;
  readonly rung: number;
  readonly disruption: Disruption;
}

const unitOf = ({ steps }: Plan): string | undefined => steps.flatMap((step) => ('unit' in step ? [step.unit] : []))[0];

/** Evidence, write-ahead, do, verify by the same check, report. What cannot be written down before is not done. */
export async function repair(parts: RepairParts, { remedy, standing, incident, rung, disruption }: Repair): Promise<void> {
  const { clock, ledger } = parts;
  const { type, reason, subject } = standing.fault;
  const about = { type, reason, remedy: remedy.id, ...(subject === undefined ? {} : { subject }) };
  const say = (kind: RemedyStep['kind'], message: string, outcome?: ActionOutcome) =>
    parts.tell({ kind, at: clock.now(), ...about, message, ...(outcome === undefined ? {} : { outcome }) });

  const plan = await parts.plan(remedy, standing);
  const steps = plan.kind === 'plan' ? plan.steps : [];
  if (plan.kind === 'plan' && plan.delay > 0) {
    await clock.sleep(plan.delay);
    if (!(await parts.stillAllowed(remedy, standing))) return;
  }

  const unit = plan.kind === 'plan' ? unitOf(plan) : undefined;
  const action = ledger.newAction(incident);
  const intent: Intent = {
    kind: 'intent',
    action,
    incident,
    type,
    remedy: remedy.id,
    rung,
    disruption,
    plan: steps,
    by: 'agent',
    ...(subject === undefined ? {} : { subject }),
    ...(unit === undefined ? {} : { unit }),
  };
  const { kept } = await ledger.append(intent);
  const end = async (outcome: ActionOutcome, message: string) => {
    await ledger.append({ kind: 'outcome', action, incident, remedy: remedy.id, outcome, message });
    say(outcome === 'succeeded' ? 'succeeded' : 'failed', message, outcome);
  };
  // A remedy that has nothing to do here has had its turn: the next rung is asked.
  if (plan.kind === 'refusal') return await end('refused', plan.why);
  if (kept === 'memory') return await end('refused', 'its intent could not be written down');

  say('started', steps.map((step) => step.do).join(', '));
  const executed = await parts.execute(action, plan);
  if (executed.kind !== 'done') return await end(executed.kind, executed.message);
  const helped = await parts.verified(standing, plan.settle);
  if (helped) return await end('succeeded', executed.message);
  return await end('failed', `${executed.message}; its check did not pass within ${Math.round(plan.settle / 1000)} s`);
}
