import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';

/** The daemon of a lab host as the machine sees it. */
export interface DaemonProcess {
  readonly pid: number;
  /** Its control group in the unified hierarchy: it counts the CPU of every child, too. */
  readonly group: string;
}

export interface Sample {
  /** Seconds since the first one. */
  readonly at: number;
  /** CPU seconds of the control group: the daemon and every child, reaped or not. */
  readonly cpu: number;
  /** Of the daemon's own process. */
  readonly ownCpu: number;
  readonly anonymous: number;
  readonly resident: number;
  readonly threads: number;
  readonly descriptors: number;
}

const SERVICE = 'nodemend.service';

function unifiedRoot(): string {
  const line = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .find((mount) => mount.split(' ')[2] === 'cgroup2');
  const root = line?.split(' ')[1];
  if (root === undefined) throw new Error('no cgroup2 hierarchy on this machine');
  return root;
}

const isDaemon = (pid: string) => {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith('/node');
  } catch {
    return false;
  }
};

export function findDaemon(lab: string, host: LabHost): DaemonProcess {
  const group = join(unifiedRoot(), 'nodemend-lab', lab, host.name, 'payload/system.slice', SERVICE);
  const pid = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').find(isDaemon);
  if (pid === undefined) throw new Error(`${SERVICE} does not run on ${host.name}: install.sh`);
  return { pid: Number(pid), group };
}

/** `Name: 123 kB` of /proc/PID/status. */
const numberIn = (text: string, name: string) => Number(new RegExp(`^${name}:?\\s+(\\d+)`, 'm').exec(text)?.[1]);

export function sample({ pid, group }: DaemonProcess, at: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return {
    at,
    cpu: numberIn(readFileSync(join(group, 'cpu.stat'), 'utf8'), 'usage_usec') / 1e6,
    ownCpu: (Number(user) + Number(system)) / 100,
    anonymous: numberIn(status, 'RssAnon') / 1024,
    resident: numberIn(status, 'VmRSS') / 1024,
    threads: numberIn(status, 'Threads'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

async function property(host: LabHost, name: string): Promise<number> {
  return Number((await host.sh(`systemctl show -p ${name} --value ${SERVICE}`)).trim());
}

/** From the start of the main process until systemd heard READY=1, in milliseconds; by systemd's own stamps. */
export async function timeToReady(host: LabHost): Promise<number> {
  await host.sh(`systemctl restart ${SERVICE}`, { timeoutMs: 90_000 });
  const started = await property(host, 'ExecMainStartTimestampMonotonic');
  const ready = await property(host, 'ActiveEnterTimestampMonotonic');
  await sleep(1000);
  return (ready - started) / 1000;
}
