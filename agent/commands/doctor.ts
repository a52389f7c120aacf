import { setTimeout } from 'node:timers/promises';
import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import type { DoctorReport } from '../../lib/model/report.ts';
import { seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { type Command, type CommandContext, listOption, type OptionValues, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf, defaultConfig } from '../configuration.ts';
import { examine } from '../examine.ts';
import { renderDoctor } from '../output/doctor.ts';
import { loadRecording } from '../recording-files.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

/** Time between two looks of --watch. */
const WATCH_INTERVAL = seconds(5);

interface Subject {
  readonly host: HostView;
  readonly config: AgentConfig;
}

/** A recording is judged by the defaults, or by the file that was named: this host's configuration is not about it. */
async function chooseSubject(options: OptionValues): Promise<Subject> {
  const local = composeHost(textOption(options, 'kubeconfig'));
  const file = textOption(options, 'config');
  const replay = textOption(options, 'replay');
  if (replay === undefined) return { host: local, config: await configOf(local, file) };
  return { host: (await loadRecording(replay)).host, config: file === undefined ? defaultConfig() : await configOf(local, file) };
}

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
    replay: { type: 'string', value: 'DIR', description: 'judge a recording of `nodemend record` instead of this host' },
    json: shared.json,
    kubeconfig: shared.kubeconfig,
    config: shared.config,
  },
  run,
};
