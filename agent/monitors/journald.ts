import type { HostView } from '../../lib/host/host.ts';
import { seconds } from '../../lib/model/units.ts';

/** Where systemd keeps its units' processes: cgroup v2, v1, and v1 with v2 beside it. */
const HIERARCHIES = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'];
const UNIT = 'system.slice/systemd-journald.service/cgroup.procs';

async function processOf(host: HostView): Promise<string | undefined> {
  for (const hierarchy of HIERARCHIES) {
    const answer = await host.readFile(`${hierarchy}/${UNIT}`);
    const [first = ''] = answer.kind === 'text' ? answer.text.split('\n') : [];
    if (/^[1-9]\d*$/.test(first)) return first;
  }
  return undefined;
}

/** Why nothing new comes into the journal; undefined: somebody writes it. A reader of its files would never notice. */
export async function whyNoJournal(host: HostView): Promise<string | undefined> {
  const process = await processOf(host);
  if (process === undefined) return 'systemd-journald does not run';
  const status = await host.readFile(`/proc/${process}/stat`);
  if (status.kind !== 'text') return status.kind === 'missing' ? 'systemd-journald does not run' : undefined;
  const state = status.text.slice(status.text.lastIndexOf(')') + 2)[0] ?? '';
  if (state === 'T' || state === 't') return `systemd-journald (${process}) is stopped by a signal`;
  return state === 'Z' || state === 'X' ? 'systemd-journald has ended' : undefined;
}

/**
 * The boot whose entries are written now, if it is not ours: systemd-nspawn mounts a boot id of its own over the kernel's, and the sandbox
 * of a unit, which mounts /proc anew, does not see it. undefined: it is ours, or nothing tells.
 */
export async function otherBoot(host: HostView, own: string): Promise<string | undefined> {
  const argv = ['journalctl', '--quiet', '--lines=1', '--no-pager', '--output=export'] as const;
  const answer = await host.run(argv, { deadline: seconds(5) });
  const [, boot] = answer.kind === 'exited' ? (/^_BOOT_ID=([0-9a-f]{32})$/m.exec(answer.stdout) ?? []) : [];
  return boot === own.replaceAll('-', '') ? undefined : boot;
}
