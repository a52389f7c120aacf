import { type Cron, type LocalMinute, matchesCron, parseCron } from '../../model/cron.ts';
import { isDisruptive } from '../../model/disruption.ts';
import type { GuardedAction, GuardFacts, Hold, MaintenanceWindow } from '../../model/guard.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Instant, minutes } from '../../model/units.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MINUTE = minutes(1);
/** The offset of every zone changes on a quarter of an hour: within one, minutes are counted and not looked up. */
const QUARTER = minutes(15);

/** What the clocks of a zone show; a jump of its offset is simply seen, as cron sees it. */
function localTime(timeZone: string): (at: Instant) => LocalMinute {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  let known: { readonly quarter: number; readonly local: LocalMinute } | undefined;
  const read = (quarter: number): LocalMinute => {
    const parts = new Map(format.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const [minute, hour, day, month] = [number('minute'), number('hour'), number('day'), number('month')];
    return { minute, hour, day, month, weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') };
  };
  return (at) => {
    const quarter = Math.floor(at / QUARTER);
    if (known?.quarter !== quarter) known = { quarter, local: read(quarter) };
    return { ...known.local, minute: known.local.minute + Math.floor((at - quarter * QUARTER) / MINUTE) };
  };
}

/** Whether it began within its own length. */
function isOpen({ duration, timeZone }: MaintenanceWindow, cron: Cron, now: Instant): boolean {
  const local = localTime(timeZone);
  const last = Math.floor(now / MINUTE) * MINUTE;
  for (let at = last; at > now - duration; at -= MINUTE) if (matchesCron(cron, local(at))) return true;
  return false;
}

const name = ({ cron, duration, timeZone }: MaintenanceWindow) => `"${cron}" for ${formatDuration(duration)} (${timeZone})`;

/** What disrupts work waits for a maintenance window, where the operator named any. */
export function outsideWindows({ windows = [], now }: GuardFacts, { disruption }: GuardedAction): Hold | undefined {
  if (windows.length === 0 || now === undefined || !isDisruptive(disruption)) return undefined;
  const isInside = windows.some((one) => {
    const cron = parseCron(one.cron);
    return cron !== undefined && isOpen(one, cron, now);
  });
  return isInside ? undefined : { id: 'window', why: `outside the maintenance windows ${windows.map(name).join(', ')}` };
}
