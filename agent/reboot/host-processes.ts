import type { HostView } from '../../lib/host/host.ts';
import { KiB, ms } from '../../lib/model/units.ts';
import type { HostProcess, Told } from '../../lib/reboot/empty.ts';

/** Files of /proc that are open at a time. */
const AT_ONCE = 32;

/** Every process but those of the kernel and those that have ended, with its control groups; one that ends meanwhile is left out. */
export async function readHostProcesses(host: Pick<HostView, 'processes' | 'readFile'>): Promise<Told<readonly HostProcess[]>> {
  const table = await host.processes();
  if (table.kind !== 'processes') return { kind: 'unknown', why: `the table of processes: ${table.kind}` };
  if (table.truncated) return { kind: 'unknown', why: 'there are more processes than are listed' };
  const alive = table.entries.filter(({ kernelThread, state }) => !kernelThread && state !== 'Z' && state !== 'X');
  const found: HostProcess[] = [];
  for (let at = 0; at < alive.length; at += AT_ONCE) {
    const some = alive.slice(at, at + AT_ONCE).map(async ({ pid, parent, startTicks, name }) => {
      const file = await host.readFile(`/proc/${pid}/cgroup`, { maxBytes: 64 * KiB, deadline: ms(500) });
      // ESRCH: it ended between open and read.
      if (file.kind === 'missing' || (file.kind === 'failed' && file.code === 'ESRCH')) return;
      found.push({ pid, parent, startTicks, name, groups: file.kind === 'text' && !file.truncated ? file.text : undefined });
    });
    await Promise.all(some);
  }
  return { kind: 'told', value: found.sort((a, b) => a.pid - b.pid) };
}
