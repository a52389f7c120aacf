import { parse } from 'yaml';
import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, seconds } from '../../model/units.ts';
import { COMPONENTS, type VersionRule } from '../../model/version-rule.ts';

export const RULES_FILE = '/etc/nodemend/known-bad-versions.yaml';

export interface VersionRulesFile {
  readonly rules: readonly VersionRule[];
  /** What could not be used, and why. */
  readonly problems: readonly string[];
}

type Entry = Readonly<Record<string, unknown>>;

const textOf = (entry: Entry, key: string): string | undefined => {
  const value = entry[key];
  // YAML reads an unquoted 22.04 or 7 as a number.
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

function listOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

function toRule(value: unknown, position: number): VersionRule | string {
  const where = `rule ${position + 1}`;
  if (typeof value !== 'object' || value === null) return `${where} is not a map`;
  const entry = value as Entry;
  const component = COMPONENTS.find((name) => name === entry.component);
  if (component === undefined) return `${where}: component must be one of ${COMPONENTS.join(', ')}`;
  const [from, below, effect] = [textOf(entry, 'from'), textOf(entry, 'below'), textOf(entry, 'effect')];
  if (from === undefined && below === undefined) return `${where}: needs from or below`;
  if (effect === undefined) return `${where}: needs effect`;
  const distributions = listOf(entry.distributions);
  if (entry.distributions !== undefined && distributions === undefined) return `${where}: distributions must be a list of names`;
  const [release, cure, command] = [textOf(entry, 'release'), textOf(entry, 'cure'), textOf(entry, 'command')];
  return {
    id: textOf(entry, 'id') ?? `${component}-${position + 1}`,
    component,
    effect,
    cure: cure === undefined ? [] : [{ text: cure, ...(command === undefined ? {} : { command }) }],
    link: textOf(entry, 'link') ?? '',
    ...(distributions === undefined ? {} : { distributions }),
    ...(release === undefined ? {} : { release }),
    ...(from === undefined ? {} : { from }),
    ...(below === undefined ? {} : { below }),
  };
}

/** A YAML list of rules; each is judged by itself, so that one mistake does not silence the others. */
export function parseVersionRules(text: string): VersionRulesFile {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    return { rules: [], problems: [error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not YAML'] };
  }
  if (content === null) return { rules: [], problems: [] };
  if (!Array.isArray(content)) return { rules: [], problems: ['not a list of rules'] };
  const parsed = content.map(toRule);
  return {
    rules: parsed.filter((rule) => typeof rule !== 'string'),
    problems: parsed.filter((rule) => typeof rule === 'string'),
  };
}

async function readRules(host: HostView): Promise<VersionRulesFile> {
  const answer = await host.readFile(RULES_FILE, { maxBytes: 256 * KiB });
  if (answer.kind === 'missing') return { rules: [], problems: [] };
  if (answer.kind !== 'text') return { rules: [], problems: [explainPathFailure(answer)] };
  return parseVersionRules(answer.text);
}

/** The operator's own rules. */
export const versionRulesFile = defineSource<VersionRulesFile>({
  id: 'version-rules-file',
  deadline: seconds(3),
  read: readRules,
});
