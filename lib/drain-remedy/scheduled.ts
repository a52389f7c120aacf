import type { DrainMark } from '../model/move-work.ts';
import { toSeconds } from '../model/time-text.ts';
import type { Instant } from '../model/units.ts';

/** The condition by which Draino says that a node is to be drained, and how it went. */
const DRAIN_SCHEDULED = 'DrainScheduled';
const DRAINO = 'Draino';

export interface Schedule {
  readonly when: Instant;
  readonly mark?: DrainMark;
  readonly at?: Instant;
}

/** `Drain activity scheduled T`, `… | Completed: T`, `… | Failed: T`; Draino has no word for one that was called off. */
export function formatSchedule({ when, mark, at }: Schedule): string {
  const end = mark === undefined || at === undefined ? '' : ` | ${mark}: ${toSeconds(at)}`;
  return `Drain activity scheduled ${toSeconds(when)}${end}`;
}

const FORM = /^Drain activity scheduled (\S+)(?: \| (Completed|Failed|Cancelled): (\S+))?$/;

/** Undefined: somebody else's words. */
export function parseSchedule(message: string): Schedule | undefined {
  const [, scheduled, mark, ended] = FORM.exec(message) ?? [];
  const [when, at] = [Date.parse(scheduled ?? ''), Date.parse(ended ?? '')];
  if (Number.isNaN(when)) return undefined;
  if (mark === undefined) return { when };
  return Number.isNaN(at) ? undefined : { when, mark: mark as DrainMark, at };
}

export interface KnownCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** The schedule that stands on a Node; undefined: none that can be read. */
export function scheduleOn(conditions: readonly KnownCondition[]): (Schedule & { readonly going: boolean }) | undefined {
  const found = conditions.find(({ type }) => type === DRAIN_SCHEDULED);
  const schedule = parseSchedule(found?.message ?? '');
  return found === undefined || schedule === undefined ? undefined : { ...schedule, going: found.status === 'True' };
}

/** As an element of a strategic merge patch; the time of the transition moves with the status alone. Undefined: it says so already. */
export function conditionPatch(schedule: Schedule, conditions: readonly KnownCondition[], now: Instant): object | undefined {
  const before = conditions.find(({ type }) => type === DRAIN_SCHEDULED);
  const status = schedule.mark === undefined ? 'True' : 'False';
  const message = formatSchedule(schedule);
  if (before?.status === status && before.message === message && before.reason === DRAINO) return undefined;
  const time = toSeconds(now);
  return {
    type: DRAIN_SCHEDULED,
    status,
    reason: DRAINO,
    message,
    lastHeartbeatTime: time,
    ...(before?.status === status ? {} : { lastTransitionTime: time }),
  };
}
