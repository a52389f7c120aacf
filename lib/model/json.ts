import { parseQuantity } from './quantity.ts';
import type { Instant } from './units.ts';

/** What others send is typed by their schema and not by us: readers of JSON that give something sane for anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const toObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** Undefined: it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined: no JSON, or no object. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

export const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

export function toObjects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(toObject) : [];
}

export function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export const toNumber = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** RFC 3339, with microseconds in Leases. */
export function toInstant(value: unknown): Instant | undefined {
  const instant = Date.parse(toText(value));
  return Number.isNaN(instant) ? undefined : instant;
}

/** A record whose values are text: annotations, labels. */
export function toTextRecord(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(toObject(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** A ResourceList: cores, bytes and counts by resource name. A quantity of `2` may come as a number. */
export function toQuantities(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(toObject(value)).flatMap(([name, quantity]) => {
      const amount = parseQuantity(String(quantity));
      return amount === undefined ? [] : [[name, amount]];
    }),
  );
}
