import type { Option } from '../agent/command.ts';
import { commands } from '../agent/commands/index.ts';
import { agentSchema } from '../agent/configuration.ts';
import { optionWords } from '../agent/help.ts';
import { manual } from '../agent/output/manual.ts';
import { checks } from '../lib/checks/index.ts';
import { jsonSchema } from '../lib/config/print.ts';
import { hints } from '../lib/errors.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import { faults } from '../test/reliability/faults.ts';
import { roleReadme } from './ansible-variables.ts';
import { fleetDashboard } from './dashboards/fleet.ts';
import { dashboardJson } from './dashboards/grafana.ts';
import { nodeDashboard } from './dashboards/node.ts';

const GENERATED = '<!-- Written by `npm run docs` from the code. -->\n';

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}

/** The part of JSON Schema that our own schema uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function configRows(schema: Schema, path: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const here = [...path, name];
    if (part.properties !== undefined && Object.keys(part.properties).length > 0) return configRows(part, here);
    return [[code(here.join('.')), code(JSON.stringify(part.default)), part.description ?? '']];
  });
}

function config(): string {
  return `${GENERATED}# Configuration

\`/etc/nodemend/config.yaml\`, then \`/etc/nodemend/conf.d/*.yaml\` in lexical order: mappings merge key by key, everything else is replaced, a key without
a value sets nothing. Every key has a default, so an empty file, or none, is valid. \`--config FILE\` reads that file alone.
Durations are written as in Go ("90s", "1h30m"), quantities as in Kubernetes ("100Mi"), percentages as "10%".
\`nodemend config check\` validates, \`nodemend config print\` shows where each value comes from,
[config.schema.json](config.schema.json) is for an editor.

${table(['key', 'default', 'meaning'], configRows(jsonSchema(agentSchema()) as Schema))}`;
}

function checkTable(): string {
  const rows = checks.map((check) => [
    code(check.id),
    check.title,
    formatDuration(check.interval),
    check.problems.map(({ type }) => code(type)).join(' '),
  ]);
  return `${GENERATED}# Checks\n\n${table(['id', 'what is true when all is well', 'every', 'problems'], rows)}`;
}

function problemSections(): string {
  const sections = problems.map(({ type, title, meaning, detection, ladder, reasons }) => {
    const rows = Object.entries(reasons).map(([reason, definition]) => [
      code(reason),
      definition.severity,
      definition.description,
      (definition.ladder ?? ladder).map(code).join(' → '),
    ]);
    return `## ${type}\n${title}. ${meaning}\n\n${detection}\n\n${table(['reason', 'severity', 'when', 'ladder'], rows)}`;
  });
  return `${GENERATED}# Problems and their reasons\n\n${sections.join('\n')}`;
}

function remedyTable(): string {
  const rows = remedies.map(({ id, title, disruption, enabledByDefault }) => [
    code(id),
    title,
    disruption,
    enabledByDefault ? 'on' : 'off',
  ]);
  return `${GENERATED}# Remedies\n\n${table(['id', 'what it does', 'disruption', 'by default'], rows)}`;
}

function errorTable(): string {
  const rows = Object.entries(hints).map(([name, hint]) => [code(name), hint]);
  return `${GENERATED}# Errors\n\n${table(['code', 'what to do'], rows)}`;
}

function commandTable(): string {
  const sections = commands.map(({ name, operands, summary, example, options }) => {
    const rows = Object.entries<Option>(options).map(([name, option]) => [code(optionWords(name, option)), option.description]);
    const list = rows.length === 0 ? '' : `\n${table(['option', 'does'], rows)}`;
    return `## nodemend ${[name, operands].filter(Boolean).join(' ')}\n${summary}\n\n\`\`\`sh\n${example}\n\`\`\`\n${list}`;
  });
  return `${GENERATED}# Commands\n\n${sections.join('\n')}`;
}

/** Everything in docs/ that is written by the code. */
function reliabilityTable(): string {
  const rows = Object.entries(faults).map(([id, { fault, must, mustNot }]) => [fault, must, mustNot, code(id)]);
  return `${GENERATED}# Reliability

What the agent does when something around it, or itself, is broken. Each line is a test of that name in \`test/reliability\`: the daemon's own code on a
simulated docker node in virtual time, with its real ledger, a real API server and real sockets (\`npx vitest run test/reliability -t NAME\`). Killed
by SIGKILL in its repairs: \`npm run bench:repair-kill\`, and with \`--lab NAME\` on a real node; figures in [benchmarks.md](benchmarks.md).

${table(['fault', 'must', 'must not', 'test'], rows)}`;
}

export const documents: Readonly<Record<string, () => string>> = {
  'checks.md': checkTable,
  'commands.md': commandTable,
  'config.md': config,
  'config.schema.json': () => `${JSON.stringify(jsonSchema(agentSchema()), undefined, 2)}\n`,
  'errors.md': errorTable,
  'monitoring/nodemend-fleet.json': () => dashboardJson(fleetDashboard),
  'monitoring/nodemend-node.json': () => dashboardJson(nodeDashboard),
  'nodemend.8': () => manual(commands),
  'problems.md': problemSections,
  'reliability.md': reliabilityTable,
  'remedies.md': remedyTable,
  '../ansible/roles/nodemend/README.md': roleReadme,
};
