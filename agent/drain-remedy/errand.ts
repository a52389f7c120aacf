import type { ActionOutcome, Intent } from '../../lib/model/incident.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import type { Instant } from '../../lib/model/units.ts';
import type { StepOf } from '../steps/step.ts';

type About = Pick<Intent, 'action' | 'incident' | 'type' | 'subject'>;

/** Work that is moved: for which action, and for which problem by which reason. */
export interface Errand extends About, Pick<Intent, 'remedy'> {
  readonly reason: string;
}

export const aboutOf = ({ action, incident, type, subject }: About) => ({
  action,
  incident,
  type,
  ...(subject === undefined ? {} : { subject }),
});

export interface Ending {
  readonly outcome: ActionOutcome;
  readonly message: string;
}

export const endingOf = ({ ending }: MoveRecord): Ending => ({
  outcome: ending?.outcome ?? 'failed',
  message: ending?.message ?? 'it ended without a word',
});

const KIND: Partial<Record<ActionOutcome, RemedyStep['kind']>> = {
  succeeded: 'succeeded',
  interrupted: 'skipped',
  refused: 'skipped',
};

/** What the reporters are told of its end. */
export function endStep(errand: Errand, { outcome, message }: Ending, at: Instant): RemedyStep {
  const { action: _, incident: __, ...about } = aboutOf(errand);
  const { reason, remedy } = errand;
  return { kind: KIND[outcome] ?? 'failed', at, ...about, reason, remedy, message, outcome };
}

export const GIVE_BACK: StepOf<'move-work'> = { do: 'move-work', verb: 'uncordon' };

/** The problem is over for which the node was cordoned. */
export function givingBack({ incident, type, subject }: MoveRecord, action: string): Intent {
  const about = aboutOf({ action, incident, type, ...(subject === undefined ? {} : { subject }) });
  return { kind: 'intent', ...about, remedy: 'uncordon', rung: 0, disruption: 'none', plan: [GIVE_BACK], by: 'agent' };
}
