import type { Instant } from '../../model/units.ts';

/** What is to be told of a log. `reason` comes from a rule or a condition's declaration: their number is bounded. */
export interface MonitorEvent {
  readonly severity: 'Warning' | 'Normal';
  /** Event source component, from the monitor's file. */
  readonly source: string;
  readonly reason: string;
  readonly message: string;
  readonly time: Instant;
  /** The condition whose change it tells; absent: the line itself is told. */
  readonly condition?: string;
}

/** An event's message may be 1024 bytes; the matched lines are hostile and may be megabytes. */
const MOST_MESSAGE = 900;

export const clip = (text: string): string =>
  text.length > MOST_MESSAGE ? `${text.slice(0, MOST_MESSAGE).toWellFormed()}…` : text;

export function conditionEvent(
  source: string,
  change: {
    readonly type: string;
    readonly status: 'True' | 'False' | 'Unknown';
    readonly reason: string;
    readonly message: string;
  },
  time: Instant,
): MonitorEvent {
  const { type, status, reason, message } = change;
  return {
    severity: status === 'True' ? 'Warning' : 'Normal',
    condition: type,
    source,
    reason,
    message: `Node condition ${type} is now: ${status}, reason: ${reason}, message: ${JSON.stringify(message)}`,
    time,
  };
}
