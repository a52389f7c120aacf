import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../../lib/errors.ts';
import { nearest } from '../../lib/model/nearest.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, shared } from '../command.ts';
import { defaultConfig } from '../configuration.ts';
import { examine } from '../examine.ts';
import { type Page, renderDoctor, renderProblems } from '../output/doctor.ts';
import { pageOf } from '../output/language.ts';
import { wrap } from '../output/layout.ts';
import { type LoadedRecording, loadRecording } from '../recording-files.ts';
import { recordingsDirectory } from '../resources.ts';
import { version } from '../version.ts';

/** Without a name: what this program is for. */
const SHOWN_FIRST = 'docker-hung';

interface Incident {
  readonly name: string;
  readonly recording: LoadedRecording;
}

async function incidents(): Promise<readonly Incident[]> {
  const directory = recordingsDirectory();
  const names = (await readdir(directory)).filter((name) => /^incident-/.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => ({ name: name.replace(/^incident-/, ''), recording: await loadRecording(join(directory, name)) })),
  );
}

function refuse(wanted: string, known: readonly Incident[]): never {
  const names = known.map(({ name }) => name);
  const closest = nearest(wanted, names);
  const hint = closest === undefined ? names.join(', ') : `did you mean ${closest}?`;
  throw new AgentError('ARGUMENT_INVALID', `demo: no incident ${JSON.stringify(wanted)}; ${hint}`);
}

/** One incident in full, or only what was wrong. */
async function show({ name, recording }: Incident, inFull: boolean, { options, terminal }: CommandContext): Promise<void> {
  const { manifest, host } = recording;
  const report = await examine(host, { config: defaultConfig(), version });
  if (options.json === true) {
    terminal.print(`${safeJson(report)}\n`);
    return;
  }
  terminal.print(`=== ${name}: ${manifest.title}\n    recorded on a real node, ${manifest.recordedAt}\n\n`);
  const page = await pageOf(terminal);
  terminal.print(inFull ? renderDoctor(report, page) : renderProblems(report, page));
}

/** Their names, and what happened, below each other. */
function listOf(known: readonly Incident[], { columns }: Page, margin = ''): string {
  const width = Math.max(...known.map(({ name }) => name.length)) + 2;
  const indent = ' '.repeat(margin.length + width);
  return known
    .map(({ name, recording }) => `${margin}${name.padEnd(width)}${wrap(recording.manifest.title, columns, indent)}\n`)
    .join('');
}

/** What else there is to see. */
function others(shown: Incident, known: readonly Incident[], page: Page): string {
  const rest = known.filter((incident) => incident !== shown);
  return `More incidents (nodemend demo NAME, or nodemend demo all):\n${listOf(rest, page, '  ')}`;
}

async function run(context: CommandContext): Promise<number> {
  const { options, positionals, terminal } = context;
  const known = await incidents();
  const [wanted] = positionals;
  if (wanted === 'list') {
    const rows = known.map(({ name, recording }) => ({ name, title: recording.manifest.title }));
    terminal.print(options.json === true ? `${safeJson(rows)}\n` : listOf(known, terminal));
    return EXIT.ok;
  }
  if (wanted === 'all') {
    for (const incident of known) await show(incident, false, context);
    return EXIT.ok;
  }
  const chosen = known.find(({ name }) => name === (wanted ?? SHOWN_FIRST));
  if (chosen === undefined) refuse(wanted ?? SHOWN_FIRST, known);
  await show(chosen, true, context);
  if (options.json !== true) terminal.print(`\n${others(chosen, known, terminal)}`);
  return EXIT.ok;
}

export const demo: Command = {
  name: 'demo',
  summary: 'replay recorded incidents of real nodes through the real judgement; no root, no cluster',
  operands: '[INCIDENT|list|all]',
  example: 'nodemend demo\nnodemend demo list\nnodemend demo stuck-container\nnodemend demo all',
  options: { json: shared.json },
  run,
};
