import { readFileSync } from 'node:fs';
import type { Moment } from '../model/incident.ts';
import { parseStartTicks } from '../model/proc-stat.ts';
import { type Duration, type Instant, seconds } from '../model/units.ts';

/** Kernel ticks per second as /proc tells them: USER_HZ, 100 on every architecture we run on. */
const TICKS = 100;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * The host's boot id, as everybody on it sees it. systemd gives a unit a /proc of its own (ProtectKernelTunables=), and where the
 * host is itself a container or a nspawn machine that one shows the kernel's id, which no reboot of the host changes.
 */
function bootId(): string {
  return read(`/proc/1/root${BOOT_ID}`).trim() || read(BOOT_ID).trim() || `unknown-${Date.now().toString(36)}`;
}

/** How late a suspend of the host may be noticed. */
const UPTIME_HOLDS: Duration = seconds(1);

/**
 * The kernel's uptime, which goes on while the host is suspended, as the process's own clock does not. A daemon asks for the time
 * some hundred times a minute: between two readings its own clock counts on.
 */
export function uptimeClock(own: { now(): Duration }, readUptime: () => string): () => Duration {
  let last = { at: -Infinity, uptime: 0 };
  return () => {
    const at = own.now();
    if (at - last.at >= UPTIME_HOLDS) last = { at, uptime: Number(readUptime().split(' ')[0]) * 1000 };
    return last.uptime + (at - last.at);
  };
}

/**
 * Boot id and time since the system started. Since PID 1, not since the kernel: a host in a container or a nspawn machine shares
 * the kernel's uptime, and after its own reboot attempts would look as old as the machine.
 */
export function bootClock(): () => Moment & { readonly at: Instant } {
  const boot = bootId();
  const began = ((parseStartTicks(read('/proc/1/stat')) ?? 0) / TICKS) * 1000;
  const uptime = uptimeClock(performance, () => read('/proc/uptime'));
  return () => ({ at: Date.now(), boot, up: Math.max(0, uptime() - began) });
}
