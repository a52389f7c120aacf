import type { MonitorEvent } from '../../lib/monitors/conditions/events.ts';
import type { EventRecord } from '../../lib/reporters/event-records.ts';

/** An event of a monitor's as it is told; `from`: the same words of a log and of a plugin are two events. */
export const recordOfEvent = (from: 'log' | 'plugin', { severity, source, reason, message }: MonitorEvent): EventRecord => ({
  type: severity,
  reason,
  message,
  key: [from, source, reason, message].join('\0'),
});
