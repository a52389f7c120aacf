import type * as z from 'zod/mini';
import { nearest } from '../model/nearest.ts';
import type { ConfigProblem, Path } from './files.ts';
import type { Merged } from './merge.ts';

type Schema = z.core.$ZodType;
type Definition = { readonly innerType?: Schema; readonly shape?: Readonly<Record<string, Schema>>; readonly element?: Schema };

function definition(schema: Schema): Definition {
  const own = schema._zod.def as Definition;
  return own.innerType === undefined ? own : definition(own.innerType);
}

/** The keys a mapping may have, by the schema. */
function keysAt(schema: Schema, path: Path): readonly string[] {
  const [head, ...rest] = path;
  const { shape, element } = definition(schema);
  if (head === undefined) return Object.keys(shape ?? {});
  const next = element ?? (Object.hasOwn(shape ?? {}, head) ? shape?.[String(head)] : undefined);
  return next === undefined ? [] : keysAt(next, rest);
}

const LONGEST = 60;

/** A value as JSON, on one line and short enough for a message. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function valueAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[name];
  }
  return value;
}

const dotted = (path: Path): string => path.map(String).join('.');

function problemAt(merged: Merged, path: Path, part: 'key' | 'value', message: string): ConfigProblem {
  const place = merged.place(path, part) ?? { file: '' };
  return { ...place, ...(path.length === 0 ? {} : { key: dotted(path) }), message };
}

function unknownKeys(schema: Schema, merged: Merged, path: Path, keys: readonly string[]): ConfigProblem[] {
  const known = keysAt(schema, path);
  const where = path.length === 0 ? '' : ` in ${dotted(path)}`;
  return keys.map((key) => {
    const meant = nearest(key, known);
    const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
    return problemAt(merged, [...path, key], 'key', `unknown key ${show(key)}${where}; ${hint}`);
  });
}

function wrongValue(merged: Merged, issue: z.core.$ZodIssue): ConfigProblem {
  if (issue.code === 'custom' && issue.params?.part === 'key') {
    const [name, ...parents] = issue.path.toReversed();
    const where = dotted(parents.toReversed());
    return problemAt(merged, issue.path, 'key', `${where}: key ${show(name)}; expected ${issue.message}`);
  }
  const value = valueAt(merged.value, issue.path);
  if (value === undefined)
    return problemAt(merged, issue.path, 'key', `${dotted(issue.path)} is missing; expected ${issue.message}`);
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return problemAt(merged, issue.path, 'value', `${dotted(issue.path)}: ${show(value)}; expected ${issue.message}${hint}`);
}

/** Every issue as a person needs it: where, what stands there, what was expected, and what was probably meant. */
export function explainIssues(schema: Schema, merged: Merged, issues: readonly z.core.$ZodIssue[]): readonly ConfigProblem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownKeys(schema, merged, issue.path, issue.keys) : [wrongValue(merged, issue)],
  );
}
