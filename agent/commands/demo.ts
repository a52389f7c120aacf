import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../../lib/errors.ts';
import { nearest } from '../../lib/model/nearest.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, shared } from '../command.ts';
import { defaultConfig } from '../configuration.ts';
import { examine } from '../examine.ts';
import { renderDoctor, renderProblems } from '../output/doctor.ts';
import { align } from '../output/layout.ts';
import { type LoadedRecording, loadRecording } from '../recording-files.ts';
import { recordingsDirectory } from '../resources.ts';
import { version } from '../version.ts';

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

/** One incident in full, or what was wrong in each of them. */
async function show({ name, recording }: Incident, inFull: boolean, { options, terminal }: CommandContext): Promise<void> {
  const { manifest, host } = recording;
  const report = await examine(host, { config: defaultConfig(), version });
  if (options.json === true) {
    terminal.print(`${safeJson(report)}\n`);
    return;
  }
  terminal.print(`=== ${name}: ${manifest.title}\n    recorded on a real node, ${manifest.recordedAt}\n\n`);
  terminal.print(inFull ? renderDoctor(report, terminal) : renderProblems(report, terminal));
}

async function run(context: CommandContext): Promise<number> {
  const { options, positionals, terminal } = context;
  const known = await incidents();
  const [wanted] = positionals;
  if (wanted === 'list') {
    const rows = known.map(({ name, recording }) => ({ name, title: recording.manifest.title }));
    const lines = align(rows.map(({ name, title }) => [name, title]));
    terminal.print(options.json === true ? `${safeJson(rows)}\n` : `${lines.join('\n')}\n`);
    return EXIT.ok;
  }
  const chosen = known.filter(({ name }) => wanted === undefined || name === wanted);
  if (wanted !== undefined && chosen.length === 0) refuse(wanted, known);
  for (const incident of chosen) await show(incident, wanted !== undefined, context);
  if (wanted === undefined && options.json !== true) {
    terminal.print('nodemend demo NAME shows one of them with its signals and checks, nodemend demo list names them\n');
  }
  return EXIT.ok;
}

export const demo: Command = {
  name: 'demo',
  summary: 'replay recorded incidents of real nodes through the real judgement; no root, no cluster',
  operands: '[INCIDENT|list]',
  example: 'nodemend demo\nnodemend demo list\nnodemend demo stuck-container',
  options: { json: shared.json },
  run,
};
