import { setTimeout } from 'node:timers/promises';
import { safeJson } from '../../lib/model/printable.ts';
import type { DoctorReport } from '../../lib/model/report.ts';
import { seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { type Command, type CommandContext, listOption, type OptionValues, shared } from '../command.ts';
import { examine } from '../examine.ts';
import { renderDoctor } from '../output/doctor.ts';
import { chooseSubject, subjectOptions } from '../subject.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

/** Time between two looks of --watch. */
const WATCH_INTERVAL = seconds(5);

function show(report: DoctorReport, options: OptionValues, terminal: Terminal): void {
  if (options.json !== true) {
    if (options.watch === true && terminal.interactive) terminal.print('\x1b[H\x1b[2J');
    terminal.print(renderDoctor(report, terminal));
    return;
  }
  // One document per line while watching, so that a reader can take them one by one.
  terminal.print(`${options.watch === true ? safeJson(report) : safeJson(report, 2)}\n`);
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const subject = await chooseSubject(options);
  const only = listOption(options, 'only');
  let report = await examine(subject.host, { config: subject.config, only, version });
  show(report, options, terminal);
  while (options.watch === true && terminal.writable()) {
    await setTimeout(WATCH_INTERVAL);
    report = await examine(subject.host, { config: subject.config, only, version });
    show(report, options, terminal);
  }
  return HEALTH_STATUS[report.health];
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'one look at this node: what is wrong, why, what would be done, what to type',
  example: 'nodemend doctor\nnodemend doctor --only container-runtime,pleg-health --json',
  options: {
    only: { type: 'string', multiple: true, value: 'NAME,…', description: 'these checks alone' },
    watch: { type: 'boolean', description: 'look again every 5 s until interrupted; with --json one document per line' },
    json: shared.json,
    ...subjectOptions,
  },
  run,
};
