import type { HostView, RunResult } from '../../lib/host/host.ts';
import type { InhibitorSettings } from '../../lib/model/reboot.ts';
import { seconds } from '../../lib/model/units.ts';
import {
  type InhibitorLook,
  type LogindLock,
  parseInhibitors,
  parseSessions,
  type Session,
} from '../../lib/reboot/inhibitors.ts';

const DEADLINE = seconds(4);

const LIST = [
  ...(['busctl', '--system', '--no-pager', 'call', 'org.freedesktop.login1', '/org/freedesktop/login1'] as const),
  ...['org.freedesktop.login1.Manager', 'ListInhibitors'],
] as const;

/** Nobody can have taken a lock from a logind that there is not. */
const NO_LOGIND = /not provided by any|login1\.service (not found|is masked)|Failed to connect to bus: No such file/i;

type Found<Value> = { readonly found: readonly Value[] } | { readonly unknown: string };

function whyNot(result: RunResult): string {
  if (result.kind === 'exited') return result.stderr.trim().split('\n')[0]?.slice(0, 160) ?? `exit status ${result.code}`;
  return result.kind === 'not-found' ? `there is no ${result.file}` : result.kind;
}

async function locksOf(host: Pick<HostView, 'run'>): Promise<Found<LogindLock>> {
  const result = await host.run(LIST, { deadline: DEADLINE, environment: { LC_ALL: 'C' } });
  if (result.kind === 'exited' && result.code !== 0 && NO_LOGIND.test(result.stderr)) return { found: [] };
  const listed = result.kind === 'exited' && result.code === 0 ? parseInhibitors(result.stdout) : undefined;
  if (listed !== undefined) return { found: listed };
  const why = result.kind === 'exited' && result.code === 0 ? 'its answer is no list' : whyNot(result);
  return { unknown: `the locks of systemd-logind could not be read (${why})` };
}

async function sessionsOf(host: Pick<HostView, 'run'>): Promise<Found<Session>> {
  const options = { deadline: DEADLINE, environment: { LC_ALL: 'C' } };
  const unknown = (result: RunResult) => ({ unknown: `who is logged in could not be read (${whyNot(result)})` });
  const listed = await host.run(['loginctl', '--no-legend', '--no-pager', 'list-sessions'], options);
  if (listed.kind !== 'exited' || listed.code !== 0) {
    return listed.kind === 'exited' && NO_LOGIND.test(listed.stderr) ? { found: [] } : unknown(listed);
  }
  const ids = listed.stdout.split('\n').flatMap((line) => /^\s*(\S+)\s/.exec(`${line} `)?.[1] ?? []);
  if (ids.length === 0) return { found: [] };
  const words = ['-p', 'Id', '-p', 'Name', '-p', 'Class', '-p', 'State'];
  const shown = await host.run(['loginctl', '--no-pager', 'show-session', ...ids, ...words], options);
  return shown.kind === 'exited' && shown.code === 0 ? { found: parseSessions(shown.stdout) } : unknown(shown);
}

/** Of these files, those that exist; one that cannot be looked for counts as there. */
export async function existing(host: Pick<HostView, 'fileStatus'>, paths: readonly string[]): Promise<readonly string[]> {
  const looks = await Promise.all(paths.map(async (path) => [path, await host.fileStatus(path)] as const));
  return looks.filter(([, { kind }]) => kind !== 'missing').map(([path]) => path);
}

/** `annotation`: the Node's, read by the caller with all else. */
export async function readInhibitors(
  host: Pick<HostView, 'run' | 'fileStatus'>,
  { files, users }: InhibitorSettings,
  annotation: string | undefined,
): Promise<InhibitorLook> {
  const [found, locks, sessions] = await Promise.all([
    existing(host, files),
    locksOf(host),
    users ? sessionsOf(host) : ({ found: [] } as Found<Session>),
  ]);
  return {
    files: found,
    annotation,
    locks: 'found' in locks ? locks.found : [],
    sessions: 'found' in sessions ? sessions.found : [],
    unknown: [locks, sessions].flatMap((answer) => ('unknown' in answer ? [answer.unknown] : [])),
  };
}
