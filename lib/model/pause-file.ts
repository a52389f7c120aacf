import type { Instant } from './units.ts';

/** The pause file, also written by hand: whoever put it there meant to stop us. */
export const PAUSE_FILE = '/etc/nodemend/pause';

export interface Pause {
  /** Absent: until the file is removed. */
  readonly until: Instant | undefined;
  readonly reason: string;
  /** The text says something that could not be understood, and so pauses without end: a sentence fragment. */
  readonly garbled?: string;
}

const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?!\d)/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?/i;
const END_OF_DAY = 24 * 3_600_000;

/** A day is paused to its end; a time without a zone is the host's own, as `date` shows it. */
function parseUntil(text: string): { readonly until: Instant; readonly rest: string } | undefined {
  const time = TIME.exec(text)?.[0];
  if (time !== undefined) {
    const until = Date.parse(
      time
        .replace(' ', 'T')
        .replace(/ ?UTC$/i, 'Z')
        .replace(/ (?=[+-])/, ''),
    );
    return Number.isNaN(until) ? undefined : { until, rest: text.slice(time.length) };
  }
  const [word = ''] = text.split(/\s/, 1);
  if (!DAY.test(word)) return undefined;
  const began = Date.parse(`${word}T00:00`);
  return Number.isNaN(began) ? undefined : { until: began + END_OF_DAY, rest: text.slice(word.length) };
}

const clean = (text: string) => text.replace(/^[\s,;:–-]+/, '').trim();

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are what a text has not.
const BINARY = /[\0-\x08\x0e-\x1f\ufffd]/;

/** `until: TIME` and `reason: TEXT` on lines of their own; by hand also `TIME TEXT`, a text, or nothing at all. */
function fields(text: string): { readonly until: string | undefined; readonly reason: string } {
  let until: string | undefined;
  const reasons: string[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, key = '', value = ''] = /^(until|reason)\s*[:= ]\s*(.*)$/i.exec(line) ?? [];
    if (key.toLowerCase() === 'reason') reasons.push(value);
    else if (until === undefined && (key !== '' || DATE.test(line))) until = key === '' ? line : value;
    else reasons.push(line);
  }
  return { until, reason: reasons.join(' ') };
}

/** What a pause file says; undefined: it pauses nothing any more. What cannot be understood pauses until it is taken away. */
export function parsePauseFile(text: string, now: Instant): Pause | undefined {
  if (BINARY.test(text)) return { until: undefined, reason: '', garbled: 'it is not a text' };
  const { until, reason } = fields(text);
  if (until === undefined) {
    const word = reason.toLowerCase();
    if (word === 'false') return undefined;
    return { until: undefined, reason: word === 'true' ? '' : reason };
  }
  const parsed = parseUntil(until);
  if (parsed === undefined) return { until: undefined, reason, garbled: `${JSON.stringify(until.slice(0, 64))} is no time` };
  const said = [clean(parsed.rest), reason].filter((part) => part !== '').join(' ');
  return parsed.until > now ? { until: parsed.until, reason: said } : undefined;
}

/** One sentence fragment: what is told wherever the pause is shown. */
export function describePause({ reason, garbled }: Pause): string {
  if (garbled === undefined) return reason;
  return `${PAUSE_FILE} cannot be understood (${garbled}) and holds until it is removed${reason === '' ? '' : `; ${reason}`}`;
}

export interface PauseOrder {
  readonly until?: Instant | undefined;
  readonly reason: string;
  /** Who, as far as the host tells. */
  readonly by: string;
  readonly at: Instant;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

export function formatPauseFile({ until, reason, by, at }: PauseOrder): string {
  const lines = [
    ...(until === undefined ? [] : [`until: ${new Date(until).toISOString()}`]),
    ...(oneLine(reason) === '' ? [] : [`reason: ${oneLine(reason)}`]),
    `# ${oneLine(by)}, ${new Date(at).toISOString()}; \`nodemend resume\` or removing this file lifts it`,
  ];
  return `${lines.join('\n')}\n`;
}
