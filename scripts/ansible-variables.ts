import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Option {
  readonly type: string;
  readonly description: string;
  readonly default?: unknown;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  readonly no_log?: boolean;
}

interface EntryPoint {
  readonly short_description: string;
  readonly options: Readonly<Record<string, Option>>;
}

const role = join(import.meta.dirname, '../ansible/roles/nodemend');

function defaultOf({ default: value, required }: Option): string {
  if (required === true) return 'required';
  if (typeof value === 'string') return value === '' ? '' : `\`${value}\``;
  return `\`${JSON.stringify(value)}\``;
}

function meaningOf({ description, choices, no_log }: Option): string {
  const words = [
    description,
    ...(choices === undefined ? [] : [`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(no_log === true ? ['never shown'] : []),
  ];
  return words.join('; ').replaceAll('|', '\\|');
}

/** The role's README, from what Ansible itself holds the variables against. */
export function roleReadme(): string {
  const { argument_specs } = parse(readFileSync(join(role, 'meta/argument_specs.yml'), 'utf8')) as {
    readonly argument_specs: Readonly<Record<string, EntryPoint>>;
  };
  const sections = Object.entries(argument_specs).map(([name, { short_description, options }]) => {
    const rows = Object.entries(options).map(
      ([variable, option]) => `| \`${variable}\` | ${option.type} | ${defaultOf(option)} | ${meaningOf(option)} |\n`,
    );
    const table = rows.length === 0 ? '' : `\n| variable | type | default | |\n|---|---|---|---|\n${rows.join('')}`;
    return `## ${name === 'main' ? 'main (no `tasks_from`)' : `tasks_from: ${name}`}\n${short_description}.\n${table}`;
  });
  return `<!-- Written by \`npm run docs\` from meta/argument_specs.yml. -->
# Role nodemend

Each playbook of [../../playbooks](../../playbooks) is one entry point of this role; how they are used is in [../../README.md](../../README.md).
The playbooks themselves take \`nodemend_hosts\` (\`nodes\`), \`nodemend_serial\` (\`[1, "10%", "50%"]\`) and, install alone, \`nodemend_soak\` (seconds between two batches, 0).

${sections.join('\n')}`;
}
