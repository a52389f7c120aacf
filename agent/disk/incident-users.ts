import { join } from 'node:path';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { FactOf } from '../../lib/model/source.ts';
import type { SpaceRequest, SpaceUsers } from '../../lib/model/space.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { type Duration, MiB, minutes, seconds } from '../../lib/model/units.ts';
import { largestLines } from '../output/space.ts';
import { concernedBy, isDiskFault } from './concerned.ts';
import { MOST_READ } from './look-for-users.ts';
import { diskProgram } from './program.ts';

/** Nobody waits for it; a reader of the incident wants it whole. */
const WITHIN = seconds(10);
const AROUND = seconds(5);
/** A disk that fills and empties is not walked again and again. */
const REST: Duration = minutes(10);
const LEAST_ROOM = MiB;
const PAGE = { columns: 140, color: false };

export interface IncidentUsersParts {
  readonly host: HostView;
  readonly control: HostControl;
  /** `/var/lib/nodemend`. */
  readonly stateDirectory: string;
  readonly incidentOf: (identity: string) => string | undefined;
  readonly factOf: () => FactOf;
}

/** Writes into an incident's evidence what fills the filesystem that it is about; once for each incident, outside of the daemon. */
export interface IncidentUsers {
  take(standings: readonly Standing[]): void;
  idle(): Promise<void>;
}

function textOf(said: string): string {
  try {
    return largestLines(JSON.parse(said) as SpaceUsers, PAGE).join('');
  } catch {
    return 'the walk said nothing that could be read\n';
  }
}

async function walkInUnit({ control }: IncidentUsersParts, filesystem: string): Promise<string> {
  const request: SpaceRequest = { filesystem, within: WITHIN, mostRead: MOST_READ };
  const argv = ['ionice', '-c', '3', ...diskProgram('users', request)] as const;
  const answer = await control.control({ kind: 'program', argv, within: WITHIN + AROUND, memory: 256 * MiB });
  if (answer.kind === 'done') return textOf(answer.said ?? '');
  return `${filesystem} could not be walked: ${answer.kind === 'failed' ? answer.why : answer.kind}\n`;
}

async function note(parts: IncidentUsersParts, { fault }: Standing, incident: string): Promise<void> {
  const { host, control, stateDirectory, factOf } = parts;
  const [concerned] = await concernedBy([fault], factOf());
  const room = await host.fileSystemUsage(stateDirectory, { deadline: seconds(1) });
  if (concerned === undefined || room.kind !== 'usage' || room.bytesAvailable < LEAST_ROOM) return;
  const text = await walkInUnit(parts, concerned.filesystem);
  const path = join(stateDirectory, 'evidence', incident, 'largest-users.txt');
  await control.control({ kind: 'write-file', path, text, mode: 0o600 });
}

export function openIncidentUsers(parts: IncidentUsersParts): IncidentUsers {
  const { clock } = parts.host;
  const noted = new Set<string>();
  let last: Duration | undefined;
  let working: Promise<void> = Promise.resolve();

  return {
    take(standings) {
      for (const standing of standings) {
        const incident =
          standing.state === 'active' && isDiskFault(standing.fault) ? parts.incidentOf(standing.identity) : undefined;
        if (incident === undefined || noted.has(incident)) continue;
        if (last !== undefined && clock.monotonic() - last < REST) continue;
        last = clock.monotonic();
        noted.add(incident);
        working = working.then(() => note(parts, standing, incident)).catch(() => undefined);
      }
    },
    idle: () => working,
  };
}
