import { AgentError } from '../../errors.ts';
import type { HostView, ProcessEntry, RunResult } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { formatDuration } from '../../model/quantity.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, KiB, ms, seconds } from '../../model/units.ts';
import { parseControlGroup } from './control-group.ts';

export type TimeDaemonName = 'chronyd' | 'ntpd' | 'systemd-timesyncd';

export interface TimeDaemon {
  readonly name: TimeDaemonName;
  readonly pid: number;
  readonly runningFor?: Duration;
}

/** What the daemon or the kernel says. `offset`: of the clock from the daemon's idea of the time, in milliseconds. */
export type TimeState =
  | { readonly kind: 'synchronized'; readonly says: string; readonly offset?: number }
  | { readonly kind: 'unsynchronized'; readonly says: string }
  | { readonly kind: 'silent'; readonly why: string };

export interface TimeSync {
  /** Undefined: none runs on this host; its hypervisor may keep the clock, or nobody. */
  readonly daemon?: TimeDaemon;
  readonly state?: TimeState;
}

/** By the first 15 bytes of their names. */
const DAEMONS: Readonly<Record<string, TimeDaemonName>> = {
  chronyd: 'chronyd',
  ntpd: 'ntpd',
  'systemd-timesyn': 'systemd-timesyncd',
};
const DEADLINE = ms(1500);

function explain(program: string, result: RunResult): string {
  switch (result.kind) {
    case 'not-found':
      return `${program} is not installed`;
    case 'timed-out':
      return `${program} gave no answer within ${formatDuration(result.after)}`;
    case 'exited':
      return `${program}: ${(result.stderr || result.stdout).trim().split('\n')[0]?.slice(0, 120) ?? ''}`;
    default:
      return `${program}: ${result.kind}`;
  }
}

/** `chronyc -c tracking`: 14 fields, the fifth the offset in seconds, the last the leap status. */
export function parseTracking(csv: string): TimeState | undefined {
  const fields = csv.trim().split(',');
  const [, , stratum = '', , offset = ''] = fields;
  const leap = fields[13];
  if (leap === undefined || !/^-?\d+(\.\d+)?$/.test(offset)) return undefined;
  if (leap === 'Not synchronised') return { kind: 'unsynchronized', says: 'chronyc tracking: not synchronised' };
  return { kind: 'synchronized', says: `chronyc tracking: stratum ${stratum}`, offset: Number(offset) * 1000 };
}

/** `timedatectl show` of systemd 239 and later, or the text for people before it. */
export function parseTimedatectl(text: string): TimeState | undefined {
  const says = /^(?:NTPSynchronized=|\s*(?:NTP|System clock) synchronized: )(yes|no)$/m.exec(text)?.[1];
  if (says === undefined) return undefined;
  const kind = says === 'yes' ? 'synchronized' : 'unsynchronized';
  return { kind, says: `timedatectl: NTP synchronized ${says}` };
}

async function askChrony(host: HostView): Promise<TimeState> {
  const result = await host.run(['chronyc', '-c', '-n', 'tracking'], { deadline: DEADLINE, maxBytes: 4 * KiB });
  const state = result.kind === 'exited' && result.code === 0 ? parseTracking(result.stdout) : undefined;
  return state ?? { kind: 'silent', why: explain('chronyc', result) };
}

async function askSystemd(host: HostView): Promise<TimeState> {
  const options = { deadline: DEADLINE, maxBytes: 4 * KiB };
  const shown = await host.run(['timedatectl', 'show', '-p', 'NTPSynchronized'], options);
  const state = shown.kind === 'exited' ? parseTimedatectl(shown.stdout) : undefined;
  if (state !== undefined) return state;
  if (shown.kind !== 'exited' || !/unknown operation/i.test(shown.stderr)) {
    return { kind: 'silent', why: explain('timedatectl', shown) };
  }
  const told = await host.run(['timedatectl', 'status'], options);
  const old = told.kind === 'exited' ? parseTimedatectl(told.stdout) : undefined;
  return old ?? { kind: 'silent', why: explain('timedatectl', told) };
}

async function isOfHost(host: HostView, { pid }: ProcessEntry): Promise<boolean> {
  const cgroup = await host.readFile(`/proc/${pid}/cgroup`, { maxBytes: 64 * KiB });
  return cgroup.kind === 'text' && parseControlGroup(cgroup.text).inside === undefined;
}

async function findDaemon(host: HostView): Promise<TimeDaemon | undefined> {
  const [table, uptime] = await Promise.all([host.processes(), host.readFile('/proc/uptime')]);
  if (table.kind !== 'processes') throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(table)}`);
  for (const entry of table.entries) {
    const name = DAEMONS[entry.name];
    if (name === undefined || entry.kernelThread || !(await isOfHost(host, entry))) continue;
    const runningFor = uptime.kind === 'text' ? Number.parseFloat(uptime.text) * 1000 - entry.startTicks * 10 : undefined;
    return { name, pid: entry.pid, ...(runningFor === undefined ? {} : { runningFor }) };
  }
  return undefined;
}

async function readTimeSync(host: HostView): Promise<TimeSync> {
  const daemon = await findDaemon(host);
  if (daemon === undefined) return {};
  if (daemon.name !== 'chronyd') return { daemon, state: await askSystemd(host) };
  const state = await askChrony(host);
  if (state.kind !== 'silent') return { daemon, state };
  const system = await askSystemd(host);
  // Without `rtcsync` chrony leaves the kernel's own flag at "unsynchronized": only a yes counts.
  return { daemon, state: system.kind === 'synchronized' ? system : state };
}

/** Whether a time daemon runs, and whether the clock follows it. */
export const timeSync = defineSource<TimeSync>({ id: 'time-sync', deadline: seconds(6), read: readTimeSync });
