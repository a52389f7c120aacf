import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../../lib/errors.ts';
import { nearest } from '../../lib/model/nearest.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, shared } from '../command.ts';
import { defaultConfig } from '../configuration.ts';
import { examine } from '../examine.ts';
import { renderDoctor } from '../output/doctor.ts';
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

async function run({ options, positionals, terminal }: CommandContext): Promise<number> {
  const known = await incidents();
  const [wanted] = positionals;
  const chosen = wanted === undefined ? known : known.filter(({ name }) => name === wanted);
  if (wanted === 'list' || (wanted !== undefined && chosen.length === 0)) {
    const rows = align(known.map(({ name, recording }) => [name, recording.manifest.title]));
    if (wanted === 'list') {
      terminal.print(`${rows.join('\n')}\n`);
      return EXIT.ok;
    }
    const names = known.map(({ name }) => name);
    const closest = nearest(wanted ?? '', names);
    throw new AgentError(
      'ARGUMENT_INVALID',
      `demo: no incident ${JSON.stringify(wanted)}; ${closest === undefined ? names.join(', ') : `did you mean ${closest}?`}`,
    );
  }
  for (const { name, recording } of chosen) {
    const report = await examine(recording.host, { config: defaultConfig(), version });
    if (options.json === true) {
      terminal.print(`${safeJson(report)}\n`);
      continue;
    }
    terminal.print(`=== ${name}: ${recording.manifest.title} (recorded on a real node, ${recording.manifest.recordedAt})\n\n`);
    terminal.print(`${renderDoctor(report, terminal)}\n`);
  }
  return EXIT.ok;
}

export const demo: Command = {
  name: 'demo',
  summary: 'replay recorded incidents of real nodes through the real judgement; no root, no cluster',
  operands: '[INCIDENT|list]',
  example: 'nodemend demo list\nnodemend demo pleg-docker-hung',
  options: { json: shared.json },
  run,
};
