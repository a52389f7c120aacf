import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { agentSchema } from '../agent/configuration.ts';
import { checks } from '../lib/checks/index.ts';
import { jsonSchema } from '../lib/config/print.ts';
import type { Advice } from '../lib/model/finding.ts';
import type { ProblemDefinition } from '../lib/model/problem.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Remedy } from '../lib/model/remedy.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import { code, GENERATED, table } from './markdown.ts';

/** Pages that say more about a remedy; the first that is there. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  cordon: ['drain-remedy.md', 'drain.md'],
  drain: ['drain-remedy.md', 'drain.md'],
  uncordon: ['drain-remedy.md', 'drain.md'],
  reboot: ['reboot.md', 'maintain.md'],
  'reclaim-disk': ['disk.md'],
  'set-eviction-hard': ['tune-eviction.md'],
  'upgrade-systemd': ['upgrade-systemd.md'],
};

const isPage = (name: string) => existsSync(join(import.meta.dirname, '../docs', name));

/** A command as code, whatever backticks are in it. */
function inCode(command: string): string {
  const fence = command.includes('`') ? '``' : '`';
  return `${fence}${command}${fence}`;
}

function adviceList(advice: readonly Advice[]): string {
  return advice.map(({ text, command }) => `* ${text}${command === undefined ? '' : `:  ${inCode(command)}`}\n`).join('');
}

function foundBy(problem: ProblemDefinition): string {
  const finders = checks.filter((check) => check.problems.includes(problem));
  return finders.map(({ id, interval }) => `${code(id)} (every ${formatDuration(interval)})`).join(', ');
}

function problemSection(problem: ProblemDefinition): string {
  const { type, title, meaning, detection, ladder, reasons, advice, settings } = problem;
  const rows = Object.entries(reasons).map(([reason, definition]) => [
    code(reason),
    definition.severity,
    definition.description,
    (definition.ladder ?? ladder).map((id) => `[${code(id)}](remedies.md#${id})`).join(' → ') || 'advice only',
  ]);
  return [
    `## ${type}\n${title}. ${meaning}\n\n`,
    `**Found by** ${foundBy(problem)}. ${detection}\n\n`,
    `${table(['reason', 'severity', 'when', 'what the agent does, where it is switched on'], rows)}\n`,
    `**What a person does**\n\n${adviceList(advice)}`,
    settings.length === 0 ? '' : `\n**Settings**: ${settings.map(code).join(', ')} ([config.md](config.md))\n`,
  ].join('');
}

export function problemPage(): string {
  const index = problems.map(({ type, title }) => [`[${code(type)}](#${type.toLowerCase()})`, title]);
  return `${GENERATED}# Problems and their reasons

Everything that nodemend calls by a name: as a condition of the Node (True = problem), in \`doctor\`, in metrics and as keys of \`ladders\`. \`nodemend explain NAME\` says the same on a node, in Chinese too, with the advice of each reason;
words in capitals are filled in by \`doctor\`. *notice* leaves the node Healthy, *warning* makes it Degraded, *critical* Critical. Types of your own log monitors and plugins are as your files name them ([monitors.md](monitors.md)).

${table(['type', 'what is wrong'], index)}
${problems.map(problemSection).join('\n')}`;
}

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Property>>;
}

/** Keys and defaults below one remedy, as paths. */
function settingRows(property: Property, path: string): readonly (readonly string[])[] {
  return Object.entries(property.properties ?? {}).flatMap(([name, part]) => {
    if (part.properties !== undefined && Object.keys(part.properties).length > 0) return settingRows(part, `${path}.${name}`);
    return [[code(`${path}.${name}`), code(JSON.stringify(part.default)), part.description ?? '']];
  });
}

function laddersOf(id: string): string {
  const types = problems.flatMap(({ type, ladder, reasons }) => [
    ...(ladder.includes(id) ? [type] : []),
    ...Object.entries(reasons).flatMap(([reason, own]) => (own.ladder?.includes(id) === true ? [`${type}/${reason}`] : [])),
  ]);
  const links = types.map((name) => `[${code(name)}](problems.md#${name.split('/')[0]?.toLowerCase()})`);
  return links.length === 0 ? 'No ladder names it by default.' : `In the ladders of ${links.join(', ')}.`;
}

function remedySection({ id, title, disruption, enabledByDefault }: Remedy, schema: Property): string {
  const page = (PAGES[id] ?? []).find(isPage);
  const settings = schema.properties?.remedies?.properties?.[id] ?? {};
  return [
    `## ${id}\n${title[0]?.toUpperCase()}${title.slice(1)}. Class *${disruption}*, **${enabledByDefault ? 'on' : 'off'}** by default. ${laddersOf(id)}`,
    page === undefined ? '\n\n' : ` More: [${page}](${page}).\n\n`,
    table(['key', 'default', 'meaning'], settingRows(settings, `remedies.${id}`)),
  ].join('');
}

export function remedyPage(): string {
  const schema = jsonSchema(agentSchema()) as Property;
  const rows = remedies.map(({ id, title, disruption, enabledByDefault }) => [
    `[${code(id)}](#${id})`,
    title,
    disruption,
    enabledByDefault ? 'on' : 'off',
  ]);
  return `${GENERATED}# Remedies

What a ladder may name. Classes: *none*; *local*: no container ends; *workload*: pods of this node end or move; *node*: everything on it ends. Local ones are on, the others wait for your word. What each does and never does is in [safety.md](safety.md), why one is held in
[guards.md](guards.md). \`ladders: { Type: [remedy, …] }\` replaces a ladder, \`nodemend doctor\` shows the next rung and \`nodemend status\` whether it is held.

${table(['id', 'what it does', 'disruption', 'by default'], rows)}
${remedies.map((remedy) => remedySection(remedy, schema)).join('\n')}`;
}
