import * as z from 'zod/mini';
import type { Share } from '../model/fleet.ts';
import { parseDuration, parseQuantity } from '../model/quantity.ts';
import { type Bytes, type Duration, MiB } from '../model/units.ts';
import { formatGoDuration, formatRatio, formatShare, parseRatio, parseShare } from './text.ts';

/**
 * The kinds of values a configuration holds. The `error` of each says what was expected, as a noun phrase;
 * the core sees milliseconds and ratios, never the text.
 */

export interface Documentation {
  readonly description: string;
  readonly examples?: readonly string[];
}

export const documentation = z.registry<Documentation>();

interface Notation<Written, Value> {
  /** What the schema, an editor and an error message say was expected. */
  readonly expected: string;
  readonly given: z.ZodMiniType<Written, Written>;
  readonly parse: (given: Written) => Value | undefined;
  readonly format: (value: Value) => Written;
}

function written<Written, Value>({ expected, given, parse, format }: Notation<Written, Value>) {
  return z.codec(given, z.custom<Value>(), {
    decode(input, context) {
      const value = parse(input);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', input, message: expected });
      return z.NEVER;
    },
    encode: format,
  });
}

const DURATION = /^(0|((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+)$/;

export function duration(least: Duration = 0, most: Duration = Number.POSITIVE_INFINITY) {
  const bounds = [
    ...(least > 0 ? [`at least ${formatGoDuration(least)}`] : []),
    ...(Number.isFinite(most) ? [`at most ${formatGoDuration(most)}`] : []),
  ];
  const expected = `a duration${bounds.length > 0 ? ` of ${bounds.join(' and ')}` : ''} such as "90s" or "1h30m"`;
  return written<string, Duration>({
    expected,
    given: text(expected, DURATION),
    parse(input) {
      const value = parseDuration(input);
      return value === undefined || value < least || value > most ? undefined : value;
    },
    format: formatGoDuration,
  });
}

function numberOrText(expected: string, accepts: RegExp) {
  return z.union([z.number(), text(expected, accepts)], { error: expected });
}

export function ratio() {
  const expected = 'a percentage such as "10%", or a number from 0 to 1';
  return written<string | number, number>({
    expected,
    given: numberOrText(expected, /^\d+(\.\d+)?%$/),
    parse(input) {
      const value = typeof input === 'string' ? parseRatio(input) : input;
      return value !== undefined && value >= 0 && value <= 1 ? value : undefined;
    },
    format: formatRatio,
  });
}

/** Part of a group of nodes: `1`, `"30%"`, or the larger of both. */
export function share(least: 0 | 1 = 0) {
  const positive = least === 0 ? '' : ', more than none';
  const expected = `a number, a percentage such as "30%", or "max(2, 30%)"${positive}`;
  return written<string | number, Share>({
    expected,
    given: numberOrText(expected, /^(\d+|\d+(\.\d+)?%|max\( *\d+ *, *\d+(\.\d+)?% *\))$/),
    parse(input) {
      const value = parseShare(String(input));
      return value === undefined || (least > 0 && value.count === 0 && value.ratio === 0) ? undefined : value;
    },
    format: formatShare,
  });
}

export function count(least = 0) {
  const error = `a whole number from ${least}`;
  return z.number({ error }).check(z.int({ error }), z.minimum(least, { error }));
}

/** An amount of bytes as Kubernetes writes it. */
export function bytes() {
  const expected = 'a size such as "500Mi"';
  return written<string, Bytes>({
    expected,
    given: text(expected, /^\d+(\.\d+)?([kMGT]|[KMGT]i)?$/),
    parse: parseQuantity,
    format: (value) => (value % MiB === 0 ? `${value / MiB}Mi` : String(value)),
  });
}

export const flag = () => z.boolean({ error: 'true or false' });

export function text(expected: string, accepts: RegExp) {
  return z.string({ error: expected }).check(z.regex(accepts, { error: expected }));
}

/** A text of a grammar that no pattern can tell. */
export function known(expected: string, accepts: (given: string) => boolean) {
  return z.string({ error: expected }).check(z.refine(accepts, { error: expected }));
}

export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const absolutePath = () => text('an absolute path', /^\/[^\0]*$/);

/** Where files can be made. Below /proc a mkdir of all parents (node 24) never ends: the parent is there, and the child is denied as missing. */
export const writablePath = () => text('an absolute path outside /proc and /sys', /^\/(?!\/*(?:proc|sys)(?:\/|$))[^\0]*$/);

export const oneOf = <const Word extends string>(...words: readonly Word[]) =>
  z.enum(words, { error: words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}` });

export const words = () => z.array(z.string({ error: 'a text' }), { error: 'a list of texts' });

/** A mapping with these keys and no others. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'a mapping') });
}

/** A key with its default, as it would be written, and the reason for it. */
export function key<Schema extends z.core.SomeType>(schema: Schema, value: z.input<Schema>, description: string) {
  const optional = z.prefault(schema, value as z.core.util.NoUndefined<z.input<Schema>>);
  documentation.add(optional, { description });
  return optional;
}
