import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupPids, makeCgroups } from './cgroup.ts';
import { LabError } from './error.ts';
import { launch } from './launch.ts';
import { bridgeName, cgroupsOf, hostName, labDirectory, machineName } from './paths.ts';
import type { LabState } from './state.ts';

export const hostDirectory = (lab: string, host: string): string => join(labDirectory(lab), 'hosts', host);

/** Boot a prepared root with systemd as PID 1. `binds` are PATH-ON-MACHINE:PATH-IN-HOST. */
export function boot(state: LabState, index: number, binds: readonly string[]): void {
  const host = hostName(index);
  const directory = hostDirectory(state.name, host);
  const groups = cgroupsOf(state.name, host);
  makeCgroups(groups);

  const kmsg = index === 1 ? ['--bind=/dev/kmsg'] : [];
  launch(
    groups,
    [
      ...againAfterReboot,
      ...['systemd-nspawn', '--quiet', '--boot', '--register=no', '--keep-unit', '--console=read-only'],
      ...[`--directory=${join(directory, 'root')}`, `--machine=${machineName(state.name, host)}`, `--hostname=${host}`],
      ...['--capability=all', '--system-call-filter=@keyring bpf', `--network-bridge=${bridgeName(state.name)}`],
      // The host keeps its own files: nspawn would replace them by the machine's.
      ...['--resolv-conf=off', '--timezone=off', '--link-journal=no', '--settings=no'],
      ...[...kmsg, '--bind=/dev/fuse', ...binds.map((bind) => `--bind=${bind}`)],
    ],
    join(labDirectory(state.name), 'logs', `${host}.log`),
  );
}

/** With --keep-unit a reboot ends nspawn with 133, which asks whoever started it to start it again. */
const againAfterReboot = ['/bin/sh', '-c', 'while :; do "$@"; [ $? = 133 ] || exit; done', 'sh'];

/** The host's PID 1 on the machine, or 0 when it is not there: not yet, no longer, or between two boots. */
export function leaderOf(lab: string, host: string): number {
  const [group = ''] = cgroupsOf(lab, host);
  const nspawn = cgroupPids(group)
    .map(String)
    .find((pid) => commandOf(pid) === 'systemd-nspawn');
  // Between its start and the exec of systemd the child still bears nspawn's name.
  return Number(childrenOf(nspawn ?? '').find((child) => commandOf(child) === 'systemd') ?? 0);
}

const childrenOf = (pid: string): string[] => read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
const commandOf = (pid: string): string => read(`/proc/${pid}/comm`);

export function requireLeader(lab: string, host: string): number {
  const leader = leaderOf(lab, host);
  if (leader === 0) throw new LabError(`host ${host} of lab ${lab} is not running; see: npm run lab -- logs ${host} boot`);
  return leader;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
