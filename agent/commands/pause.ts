import { AgentError } from '../../lib/errors.ts';
import type { HostView } from '../../lib/host/host.ts';
import { PAUSE_FILE } from '../../lib/model/pause-file.ts';
import { formatDuration, parseSpan } from '../../lib/model/quantity.ts';
import type { Duration } from '../../lib/model/units.ts';
import { type Command, type CommandContext, EXIT, type OptionValues, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { writePause } from '../pausing.ts';
import { isRoot, whoAmI } from '../person.ts';
import { readRunning } from '../running.ts';

function spanOf(options: OptionValues): Duration | undefined {
  const text = textOption(options, 'for');
  if (text === undefined) return undefined;
  const span = parseSpan(text);
  if (span !== undefined && span > 0) return span;
  throw new AgentError('ARGUMENT_INVALID', `pause: --for ${JSON.stringify(text)} is no duration such as 30m, 8h or 2d`);
}

/** What a person would ask next: does anybody listen, and what of that which is under way. */
async function consequence(host: HostView, file: string | undefined): Promise<string> {
  const running = await readRunning(host, file);
  if (running === undefined) return 'no agent runs here at the moment; one that is started keeps to it\n';
  const { lastRemedy } = running;
  const begun =
    lastRemedy !== null && lastRemedy.outcome === undefined
      ? `${lastRemedy.remedy} for ${lastRemedy.problem} is under way: its present step ends, nothing follows\n`
      : '';
  return `the agent (PID ${running.process.pid}) obeys within 10 s; it watches and reports on\n${begun}`;
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const span = spanOf(options);
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', `pause writes ${PAUSE_FILE}`);
  const host = composeHost();
  const now = host.clock.now();
  const until = span === undefined ? undefined : now + span;
  await writePause(PAUSE_FILE, { until, reason: textOption(options, 'reason') ?? '', by: `paused by ${whoAmI()}`, at: now });
  const end =
    until === undefined || span === undefined
      ? 'until nodemend resume'
      : `for ${formatDuration(span)}, until ${new Date(until).toISOString()}`;
  terminal.print(`every remedy on this node is paused ${end}\n`);
  terminal.print(await consequence(host, textOption(options, 'config')));
  return EXIT.ok;
}

export const pause: Command = {
  name: 'pause',
  summary: `stop every remedy on this node; writes ${PAUSE_FILE}, which may as well be written by hand`,
  example: `nodemend pause --for 2h --reason 'new disks'\nnodemend pause\ntouch ${PAUSE_FILE}`,
  options: {
    for: { type: 'string', value: 'DURATION', description: 'until then: 30m, 8h, 2d; without it until nodemend resume' },
    reason: { type: 'string', value: 'TEXT', description: 'shown wherever the pause is shown' },
    config: shared.config,
  },
  run,
};
