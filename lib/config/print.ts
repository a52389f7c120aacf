import * as z from 'zod/mini';
import type { Path } from './files.ts';
import type { LoadedConfig } from './load.ts';
import type { ConfigSchema } from './schema.ts';
import { documentation } from './values.ts';

/** One value in force, as it would be written. `source`: `default`, or file and line. */
export interface ConfigValue {
  readonly path: Path;
  readonly value: unknown;
  readonly source: string;
}

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

export function configValues(schema: ConfigSchema, { config, merged }: LoadedConfig): readonly ConfigValue[] {
  const values: ConfigValue[] = [];
  const visit = (value: unknown, path: Path) => {
    if (isBranch(value)) {
      for (const [name, part] of Object.entries(value)) visit(part, [...path, name]);
      return;
    }
    const origin = merged.origin(path);
    const isSet = origin !== undefined && isPresent(merged.value, path);
    values.push({ path, value, source: isSet ? `${origin.file}:${origin.line}` : 'default' });
  };
  visit(z.encode(schema, structuredClone(config)), []);
  return values;
}

/** A key without a value stands in the file, and sets nothing. */
function isPresent(tree: unknown, path: Path): boolean {
  let value = tree;
  for (const name of path) {
    if (!isBranch(value) || !Object.hasOwn(value, name)) return false;
    value = value[String(name)];
  }
  return true;
}

const plainText = /^[A-Za-z/][\w./-]*$|^\d+(\.\d+)?(ns|us|ms|s|m|h|%)[\dhms.]*$/;
const reserved = /^(true|false|null|yes|no|on|off)$/i;

function scalar(value: unknown): string {
  if (typeof value === 'string' && plainText.test(value) && !reserved.test(value)) return value;
  return JSON.stringify(value);
}

/** The merged configuration as YAML, each value followed by where it comes from. */
export function renderConfig(values: readonly ConfigValue[]): string {
  const lines: { text: string; source?: string }[] = [];
  let open: Path = [];
  for (const { path, value, source } of values) {
    const parents = path.slice(0, -1);
    const shared = parents.findIndex((name, index) => open[index] !== name);
    for (let depth = shared === -1 ? parents.length : shared; depth < parents.length; depth += 1) {
      lines.push({ text: `${'  '.repeat(depth)}${scalar(parents[depth])}:` });
    }
    open = parents;
    lines.push({ text: `${'  '.repeat(parents.length)}${scalar(path.at(-1))}: ${scalar(value)}`, source });
  }
  const width = Math.min(60, Math.max(0, ...lines.map(({ text }) => text.length)));
  return lines.map(({ text, source }) => (source === undefined ? `${text}\n` : `${text.padEnd(width)}  # ${source}\n`)).join('');
}

/** JSON Schema, draft 2020-12, of what an operator may write. */
export function jsonSchema(schema: ConfigSchema): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(schema, { io: 'input', metadata: documentation }), title: 'nodemend configuration' };
}
