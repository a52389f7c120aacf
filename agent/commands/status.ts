import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import type { HostView } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { formatDuration, parseSpan } from '../../lib/model/quantity.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { whatIf } from '../../lib/policy/what-if.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf, defaultConfig } from '../configuration.ts';
import { readHistory } from '../history.ts';
import { pageOf } from '../output/language.ts';
import { renderStatus, type Standing } from '../output/status.ts';
import { renderWhatIf, whatIfJson } from '../output/what-if.ts';
import { english } from '../output/words.ts';
import { LARGEST, parseSnapshot } from '../running.ts';
import { statePaths } from '../state-paths.ts';
import type { Terminal } from '../terminal.ts';

/** Six times as long as the agent waits between two words. */
const STALE = seconds(60);

/** A configuration that is broken since stops no running agent, and must not hide what it says. */
async function configInForce(host: HostView, file: string | undefined, terminal: Terminal): Promise<AgentConfig> {
  try {
    return await configOf(host, file);
  } catch (error) {
    if (!(error instanceof AgentError) || file !== undefined) throw error;
    terminal.warn(`nodemend: ${error.message}; looking where the agent is by default\n`);
    return defaultConfig();
  }
}

async function readStatus(host: HostView, path: string): Promise<Snapshot | string> {
  const answer = await host.readFile(path, { maxBytes: LARGEST });
  if (answer.kind === 'denied') throw new AgentError('PERMISSION_DENIED', `${path} may not be read`);
  if (answer.kind === 'missing') return `${path} is not there: the agent is not running, or has just been started`;
  if (answer.kind !== 'text') return `${path} cannot be read: ${answer.kind}`;
  return parseSnapshot(answer.text) ?? `${path} is not a status of nodemend`;
}

/** Whether the file can be taken at its word. */
async function standingOf(host: HostView, { process, time }: Snapshot): Promise<Standing> {
  const age = host.clock.now() - Date.parse(time);
  const alive = (await host.fileStatus(`/proc/${Number(process.pid)}`)).kind !== 'missing';
  if (!alive) return { running: false, age, why: 'the process that wrote this is gone; systemctl status nodemend' };
  if (Math.abs(age) < STALE) return { running: true, age };
  const odd =
    age < 0 ? 'is of the future: the clock was set back' : `is ${formatDuration(age)} old: the agent hangs, or the clock was set`;
  return { running: true, age, why: `what it said ${odd}` };
}

async function showWhatIf(span: string, config: AgentConfig, { options, terminal }: CommandContext): Promise<number> {
  const duration = parseSpan(span);
  if (duration === undefined || duration <= 0)
    throw new AgentError('ARGUMENT_INVALID', `status: --what-if ${JSON.stringify(span)} is no duration such as 12h or 30d`);
  const { entries, notes } = await readHistory(config);
  const view = { ...whatIf(entries, duration, Date.now()), mode: config.mode, notes };
  terminal.print(options.json === true ? `${safeJson(whatIfJson(view), 2)}\n` : renderWhatIf(view, terminal));
  return EXIT.ok;
}

async function run(context: CommandContext): Promise<number> {
  const { options, terminal } = context;
  const host = composeHost();
  const config = await configInForce(host, textOption(options, 'config'), terminal);
  const span = textOption(options, 'what-if');
  if (span !== undefined) return await showWhatIf(span, config, context);
  const path = statePaths(config).status;
  const snapshot = await readStatus(host, path);
  if (typeof snapshot === 'string') {
    const { words = english } = await pageOf(terminal);
    const nothing = { apiVersion: 'nodemend.io/v1', kind: 'AgentStatus', running: false, health: 'Unknown', why: snapshot };
    terminal.print(
      options.json === true ? `${safeJson(nothing, 2)}\n` : `${words.status.doubt(snapshot)}\n  systemctl status nodemend\n`,
    );
    return HEALTH_STATUS.Unknown;
  }
  const standing = await standingOf(host, snapshot);
  if (options.json === true) {
    const { running, age, why } = standing;
    const said = { ...snapshot, running, ageSeconds: age / 1000, ...(why === undefined ? {} : { why }) };
    terminal.print(`${safeJson(said, 2)}\n`);
  } else {
    terminal.print(renderStatus(snapshot, standing, { ...(await pageOf(terminal)), now: host.clock.now() }));
  }
  return standing.why === undefined ? HEALTH_STATUS[snapshot.health] : HEALTH_STATUS.Unknown;
}

export const status: Command = {
  name: 'status',
  summary: 'what the running agent thinks now, and when each check last ran',
  example: 'nodemend status\nnodemend status --json\nnodemend status --what-if 30d',
  options: {
    'what-if': {
      type: 'string',
      value: 'DURATION',
      description: 'what remedy mode would have done in that time (12h, 30d), on what evidence, and what healed by itself',
    },
    json: shared.json,
    config: shared.config,
  },
  run,
};
