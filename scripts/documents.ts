import type { Option } from '../agent/command.ts';
import { commands } from '../agent/commands/index.ts';
import { agentSchema } from '../agent/configuration.ts';
import { optionWords } from '../agent/help.ts';
import { manual } from '../agent/output/manual.ts';
import { checks } from '../lib/checks/index.ts';
import { jsonSchema } from '../lib/config/print.ts';
import { hints } from '../lib/errors.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import { faults } from '../test/reliability/faults.ts';
import { roleReadme } from './ansible-variables.ts';
import { fleetDashboard } from './dashboards/fleet.ts';
import { dashboardJson } from './dashboards/grafana.ts';
import { nodeDashboard } from './dashboards/node.ts';
import { problemPage, remedyPage } from './documents-catalogue.ts';
import { code, GENERATED, table } from './markdown.ts';

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
  const index = commands.map(({ name, operands, summary }) => {
    const title = ['nodemend', name, operands].filter(Boolean).join(' ');
    // As GitHub makes anchors of headings.
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    return [`[${code(`nodemend ${name}`)}](#${anchor})`, summary];
  });
  return `${GENERATED}# Commands\n\n${table(['command', 'does'], index)}\n${sections.join('\n')}`;
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
  'problems.md': problemPage,
  'reliability.md': reliabilityTable,
  'remedies.md': remedyPage,
  '../ansible/roles/nodemend/README.md': roleReadme,
};
