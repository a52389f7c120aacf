import type { Clock } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Execution, StepResult } from '../lib/model/action.ts';
import type { ActionOutcome, Intent } from '../lib/model/incident.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Disruption, Plan, Refusal, Remedy } from '../lib/model/remedy.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import { type Duration, seconds } from '../lib/model/units.ts';

export interface RepairParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  plan(remedy: Remedy, standing: Standing): Promise<Plan | Refusal>;
  /** Intent, evidence, steps; what is not `done` is in the ledger when it returns. */
  execute(plan: Plan, intent: Intent, onStep: (result: StepResult) => void, standing: Standing): Promise<Execution>;
  /** Whether nothing has come up that holds the remedy now; asked again after a delay. */
  stillAllowed(remedy: Remedy, standing: Standing): Promise<boolean>;
  /** Why a person does not want it, by his word of this moment. */
  heldByPerson(): Promise<string | undefined>;
  /** Aborted when the agent is told to end. */
  readonly signal: AbortSignal;
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
  readonly by?: Intent['by'];
  /** What is done as it is done, in sentences, for a person who waits. */
  readonly onProgress?: (text: string) => void;
}

const unitOf = ({ steps }: Plan): string | undefined => steps.flatMap((step) => ('unit' in step ? [step.unit] : []))[0];

function toIntent(
  { remedy, standing, incident, rung, disruption, by = 'agent' }: Repair,
  action: string,
  plan: Plan | Refusal,
): Intent {
  const { type, subject } = standing.fault;
  const unit = plan.kind === 'plan' ? unitOf(plan) : undefined;
  return {
    kind: 'intent',
    action,
    incident,
    type,
    remedy: remedy.id,
    rung,
    disruption,
    plan: plan.kind === 'plan' ? plan.steps : [],
    by,
    ...(subject === undefined ? {} : { subject }),
    ...(unit === undefined ? {} : { unit }),
  };
}

const describeStep = (step: Plan['steps'][number]): string => `${step.do}${'unit' in step ? ` ${step.unit}` : ''}`;

type Say = (kind: RemedyStep['kind'], message: string, outcome?: ActionOutcome) => RemedyStep;

function teller({ clock, tell }: RepairParts, { remedy, standing }: Repair): Say {
  const { type, reason, subject } = standing.fault;
  const about = { type, reason, remedy: remedy.id, ...(subject === undefined ? {} : { subject }) };
  return (kind, message, outcome) => {
    const step = { kind, at: clock.now(), ...about, message, ...(outcome === undefined ? {} : { outcome }) };
    tell(step);
    return step;
  };
}

/** A person who says stop is heard within 10 s, and his API server may take some of them. */
const ASK_EVERY = seconds(4);

/** Waits until the remedy may begin; false: it may not, or not by us. */
async function mayBegin(parts: RepairParts, { remedy, standing }: Repair, delay: Duration, say: Say): Promise<boolean> {
  const { clock, signal } = parts;
  const until = clock.monotonic() + delay;
  for (;;) {
    const why = await parts.heldByPerson();
    if (why !== undefined) say('skipped', why);
    if (why !== undefined || signal.aborted) return false;
    const left = until - clock.monotonic();
    if (left <= 0) break;
    await clock.sleep(Math.min(left, ASK_EVERY), signal).catch(() => undefined);
  }
  return delay === 0 || (await parts.stillAllowed(remedy, standing));
}

/** Undefined: the agent was told to end before the check could say. */
function verifiedInTime({ verified, signal }: RepairParts, standing: Standing, settle: Duration): Promise<boolean | undefined> {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return Promise.race([verified(standing, settle), ended]).finally(() => signal.removeEventListener('abort', end));
}

/**
 * Evidence, write-ahead, do, verify by the same check, report. A remedy that ran is never a success by itself. Resolves to how it
 * ended; undefined: it was held before it began.
 */
export async function repair(parts: RepairParts, wanted: Repair): Promise<RemedyStep | undefined> {
  const { ledger } = parts;
  const { remedy, standing, incident } = wanted;
  const say = teller(parts, wanted);
  const plan = await parts.plan(remedy, standing);
  const intent = toIntent(wanted, ledger.newAction(incident), plan);
  const end = async (outcome: ActionOutcome, message: string) => {
    await ledger.append({ kind: 'outcome', action: intent.action, incident, remedy: remedy.id, outcome, message });
    return say(outcome === 'succeeded' ? 'succeeded' : 'failed', message, outcome);
  };
  if (plan.kind === 'refusal') {
    // A remedy that has nothing to do here has had its turn: the next rung is asked.
    await ledger.append(intent);
    return await end('refused', plan.why);
  }
  const progress = wanted.onProgress ?? (() => undefined);
  if (plan.delay > 0) progress(`waits ${formatDuration(plan.delay)}, so that not every node does it at once`);
  if (!(await mayBegin(parts, wanted, plan.delay, say))) return undefined;

  say('started', plan.steps.map((step) => step.do).join(', '));
  progress(`takes evidence, then: ${plan.steps.map(describeStep).join('; ')}`);
  const onStep = ({ what, took }: StepResult) => progress(`${what} (${formatDuration(took)})`);
  const { kind, why, untouched } = await parts.execute(plan, intent, onStep, standing);
  if (kind === 'begun') return say('started', why);
  if (kind !== 'done') return say(untouched === true ? 'skipped' : 'failed', why, kind);
  progress(`waits at most ${formatDuration(plan.settle)} for ${standing.check} to say that it is over`);
  const hasPassed = await verifiedInTime(parts, standing, plan.settle);
  if (hasPassed === undefined) return await end('interrupted', `${why}; the agent was told to end before its check could say`);
  if (hasPassed) return await end('succeeded', why);
  return await end('failed', `${why}; its check did not pass within ${formatDuration(plan.settle)}`);
}
