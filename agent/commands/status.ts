import { AgentError } from '../../lib/errors.ts';
import type { HostView } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { MiB, seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { type Command, type CommandContext, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf, defaultConfig } from '../configuration.ts';
import { renderStatus, type Standing } from '../output/status.ts';
import type { Terminal } from '../terminal.ts';

/** Six times as long as the agent waits between two words. */
const STALE = seconds(60);
const LARGEST = 4 * MiB;

/** A configuration that is broken since stops no running agent, and must not hide what it says. */
async function runtimeDirectory(host: HostView, file: string | undefined, terminal: Terminal): Promise<string> {
  try {
    return (await configOf(host, file)).runtimeDirectory;
  } catch (error) {
    if (!(error instanceof AgentError) || file !== undefined) throw error;
    terminal.warn(`nodemend: ${error.message}; looking where the agent is by default\n`);
    return defaultConfig().runtimeDirectory;
  }
}

function parseSnapshot(text: string): Snapshot | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isStatus = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'AgentStatus';
    return isStatus ? (value as Snapshot) : undefined;
  } catch {
    return undefined;
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

async function run({ options, terminal }: CommandContext): Promise<number> {
  const host = composeHost();
  const path = `${await runtimeDirectory(host, textOption(options, 'config'), terminal)}/status.json`;
  const snapshot = await readStatus(host, path);
  if (typeof snapshot === 'string') {
    const nothing = { apiVersion: 'nodemend.io/v1', kind: 'AgentStatus', running: false, health: 'Unknown', why: snapshot };
    terminal.print(options.json === true ? `${safeJson(nothing, 2)}\n` : `${snapshot}\n  systemctl status nodemend\n`);
    return HEALTH_STATUS.Unknown;
  }
  const standing = await standingOf(host, snapshot);
  if (options.json === true) {
    const { running, age, why } = standing;
    const said = { ...snapshot, running, ageSeconds: age / 1000, ...(why === undefined ? {} : { why }) };
    terminal.print(`${safeJson(said, 2)}\n`);
  } else {
    const { columns, color } = terminal;
    terminal.print(renderStatus(snapshot, standing, { columns, color, now: host.clock.now() }));
  }
  return standing.why === undefined ? HEALTH_STATUS[snapshot.health] : HEALTH_STATUS.Unknown;
}

export const status: Command = {
  name: 'status',
  summary: 'what the running agent thinks now, and when each check last ran',
  example: 'nodemend status\nnodemend status --json',
  options: { json: shared.json, config: shared.config },
  run,
};
