import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import { MiB } from '../lib/model/units.ts';
import { configOf, defaultConfig } from './configuration.ts';
import { statePaths } from './state-paths.ts';

/** Of a status file. */
export const LARGEST = 4 * MiB;

export function parseSnapshot(text: string): Snapshot | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isStatus = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'AgentStatus';
    return isStatus ? (value as Snapshot) : undefined;
  } catch {
    return undefined;
  }
}

/** Where the running agent is; a configuration that is broken since stops no agent, and must not hide it. */
async function statusPath(host: HostView, file: string | undefined): Promise<string> {
  try {
    return statePaths(await configOf(host, file)).status;
  } catch (error) {
    if (!(error instanceof AgentError) || file !== undefined) throw error;
    return statePaths(defaultConfig()).status;
  }
}

/** What the running agent last said; undefined: none runs, or it said nothing yet. */
export async function readRunning(host: HostView, file: string | undefined): Promise<Snapshot | undefined> {
  const answer = await host.readFile(await statusPath(host, file), { maxBytes: LARGEST });
  const snapshot = answer.kind === 'text' ? parseSnapshot(answer.text) : undefined;
  if (snapshot === undefined) return undefined;
  const process = await host.fileStatus(`/proc/${Number(snapshot.process.pid)}`);
  return process.kind === 'missing' ? undefined : snapshot;
}
