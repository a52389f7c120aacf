import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { type Hold, holdInWords } from '../../lib/model/guard.ts';
import type { Intent, Moment } from '../../lib/model/incident.ts';
import type { Plan, Refusal } from '../../lib/model/remedy.ts';
import type { RequestEnd, RestartOrder } from '../../lib/model/request.ts';
import { seconds } from '../../lib/model/units.ts';
import { whyUncounted } from '../../lib/policy/uncounted.ts';
import { restartKubelet } from '../../lib/remedies/restart-kubelet.ts';
import { presentFacts } from '../deciding.ts';
import { execute } from '../execute.ts';
import { heldByPerson } from '../persons-word.ts';
import { planRemedy } from '../plan.ts';
import { awaitActive } from '../steps/await-active.ts';
import { lookAtOne } from '../steps/look.ts';
import { type StepOutcome, stopAt } from '../steps/step.ts';
import { awaitHealthy, lastWords } from './kubelet-health.ts';
import { holdsAgainst, TUNING, tuningStanding } from './restart-guards.ts';

export interface RestartParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly node: string;
  readonly ledger: Ledger;
  readonly moment: () => Moment;
  /** Aborted when the program is told to end. */
  readonly signal: AbortSignal;
}

const ACTIVE_WITHIN = seconds(45);
/** As the remedy's own: a healthy start on a slow disk. */
const HEALTHY_WITHIN = seconds(60);

const end = (outcome: RequestEnd['outcome'], text: string, holds?: readonly Hold[]): RequestEnd => ({
  kind: 'end',
  outcome,
  text,
  ...(holds === undefined ? {} : { holds }),
});

/** What systemd restarts by itself again and again is restarted at once, with the files as they are now. */
async function bringBackAnyhow(unit: string, parts: RestartParts): Promise<StepOutcome> {
  const { host, control } = parts;
  const now = await lookAtOne(host, unit);
  await control.control({ kind: 'unit', verb: 'reset-failed', unit });
  const asked = stopAt(await control.control({ kind: 'unit', verb: 'restart', unit }), `restart of ${unit}`);
  if (asked !== undefined) return asked;
  return await awaitActive(
    { ...parts, signal: new AbortController().signal },
    { unit, before: now?.mainPid ?? 0, within: ACTIVE_WITHIN },
  );
}

function toIntent({ unit, why }: RestartOrder, { ledger, moment }: RestartParts, plan: Plan | Refusal): Intent {
  const incident = `tune-${Math.round(moment().up)}`;
  return {
    kind: 'intent',
    action: ledger.newAction(incident),
    incident,
    type: TUNING.type,
    subject: why,
    remedy: restartKubelet.id,
    rung: 0,
    disruption: restartKubelet.disruption,
    unit,
    plan: plan.kind === 'plan' ? plan.steps : [],
    by: 'tune',
  };
}

async function forward(plan: Plan, intent: Intent, parts: RestartParts): Promise<StepOutcome> {
  const { host, control, ledger, signal, moment } = parts;
  const before = ledger.entries;
  return await execute(plan, intent, {
    host,
    control,
    signal,
    append: (event) => ledger.append(event),
    whyUncounted: (written, kept) => whyUncounted(before, written, kept, moment()),
    heldByPerson: () => heldByPerson(host),
  });
}

async function settle(intent: Intent, { kind, why }: StepOutcome, parts: RestartParts): Promise<RequestEnd> {
  const { action, incident, remedy, unit = '' } = intent;
  const sick = kind === 'done' ? await awaitHealthy(parts.host, unit, HEALTHY_WITHIN) : why;
  const message = kind === 'done' && sick !== undefined ? `${why}; ${sick}` : why;
  const outcome = sick === undefined ? 'succeeded' : 'failed';
  await parts.ledger.append({ kind: 'outcome', action, incident, remedy, outcome, message });
  return sick === undefined ? end('done', message) : end('failed', message);
}

/**
 * restart-kubelet for a change of the kubelet's files that was made for it: the guards, the plan, the ledger and the steps of the
 * remedy. The caller keeps the ledger. On the way back no guard is asked, and what systemd is at work on is no obstacle.
 */
export async function restartForChange(order: RestartOrder, parts: RestartParts): Promise<RequestEnd> {
  const { host, config, node } = parts;
  const { fault } = tuningStanding(order.why);
  if (!order.undo) {
    const holds = await holdsAgainst(order, host, config);
    if (holds.length > 0) return end('held', `restart-kubelet is held by ${holds.map(holdInWords).join('; ')}`, holds);
  }
  const plan = await planRemedy(restartKubelet, { fault, node }, presentFacts(host));
  if (plan.kind === 'refusal' && !order.undo) return end('refused', `restart-kubelet: ${plan.why}`);
  const intent = toIntent(order, parts, plan);
  if (order.undo) {
    await parts.ledger.append(intent);
    return await settle(intent, await bringBackAnyhow(order.unit, parts), parts);
  }
  if (plan.kind === 'refusal') return end('refused', plan.why);
  const outcome = await forward(plan, intent, parts);
  // What is not done is in the ledger already.
  if (outcome.kind === 'done') return await settle(intent, outcome, parts);
  return end('failed', `${outcome.why}${await lastWords(host, order.unit)}`);
}
