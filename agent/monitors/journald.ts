import type { HostView } from '../../lib/host/host.ts';
import { parseProcessState } from '../../lib/model/proc-stat.ts';
import { firstProcessIn } from '../group-process.ts';

const GROUP = 'system.slice/systemd-journald.service';

/** Why nothing new comes into the journal; undefined: somebody writes it. A reader of its files would never notice. */
export async function whyNoJournal(host: HostView): Promise<string | undefined> {
  const process = await firstProcessIn(host, GROUP);
  if (process === undefined) return 'systemd-journald does not run';
  const status = await host.readFile(`/proc/${process}/stat`);
  if (status.kind !== 'text') return status.kind === 'missing' ? 'systemd-journald does not run' : undefined;
  const state = parseProcessState(status.text);
  if (state === 'T' || state === 't') return `systemd-journald (${process}) is stopped by a signal`;
  return state === 'Z' || state === 'X' ? 'systemd-journald has ended' : undefined;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * The host's boot as journalctl is to be told it, where that does not see it: --follow reads the entries of one boot alone. systemd-nspawn
 * mounts an id of its own over the kernel's, and the sandbox of a unit, which has a /proc of its own, shows the kernel's.
 */
export async function bootToName(host: HostView, boot: string): Promise<string | undefined> {
  const seen = await host.readFile(BOOT_ID);
  const isSeen = seen.kind !== 'text' || seen.text.trim() === boot;
  return isSeen || !/^[0-9a-f-]{36}$/.test(boot) ? undefined : boot.replaceAll('-', '');
}
