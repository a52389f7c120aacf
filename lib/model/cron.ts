/** Five fields as in crontab(5): minute, hour, day of the month, month, day of the week. Lists, ranges, steps, English names. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Both day fields are limited: then either of them is enough (crontab(5)). */
  readonly eitherDay: boolean;
}

/** A moment as the clocks of a time zone show it. */
export interface LocalMinute {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  // 7 is Sunday, too.
  { least: 0, most: 7, names: WEEKDAYS },
];

function toNumber(text: string, { least, most, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  // Months begin with 1, days of the week with 0, as their fields do.
  if (named !== -1) return named + least;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

/** One item of a list: `5`, `1-5`, `*`, each with an optional step. */
function parseItem(item: string, field: Field): readonly number[] | undefined {
  const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(item) ?? [];
  const every = Number(step);
  const [first = '', last] = range.split('-');
  const from = range === '*' ? field.least : toNumber(first, field);
  const open = range === '*' || (last === undefined && item.includes('/'));
  const to = open ? field.most : toNumber(last ?? first, field);
  if (from === undefined || to === undefined || from > to || every < 1 || range.split('-').length > 2) return undefined;
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, at) => from + at * every);
}

function parseField(text: string, field: Field): ReadonlySet<number> | undefined {
  const items = text.split(',').map((item) => parseItem(item, field));
  return items.includes(undefined) ? undefined : new Set(items.flatMap((item) => item ?? []));
}

/** Undefined: it is none. */
export function parseCron(text: string): Cron | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length !== FIELDS.length) return undefined;
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, at) => parseField(words[at] ?? '', field));
  if (minutes === undefined || hours === undefined || days === undefined || months === undefined || weekdays === undefined) {
    return undefined;
  }
  const isLimited = (word: string | undefined) => word?.startsWith('*') === false;
  const eitherDay = isLimited(words[2]) && isLimited(words[4]);
  return { minutes, hours, days, months, weekdays: new Set([...weekdays].map((day) => day % 7)), eitherDay };
}

export function matchesCron(cron: Cron, { minute, hour, day, month, weekday }: LocalMinute): boolean {
  if (!cron.minutes.has(minute) || !cron.hours.has(hour) || !cron.months.has(month)) return false;
  const [onDay, onWeekday] = [cron.days.has(day), cron.weekdays.has(weekday)];
  return cron.eitherDay ? onDay || onWeekday : onDay && onWeekday;
}
