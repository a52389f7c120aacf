import type { HostView, ProcessEntry } from '../host/host.ts';
import { parseControlGroup } from './control-group.ts';
import type { RuntimeName, RuntimeService } from './runtime-endpoint.ts';
import { type RuntimeUnits, unitOf } from './runtime-units.ts';

/** Names in the process table, at most 15 bytes: `docker-containerd` of docker 17 is cut. */
const NAMES: Readonly<Record<RuntimeName, readonly string[]>> = {
  docker: ['dockerd', 'dockerd-current'],
  'cri-dockerd': ['cri-dockerd'],
  containerd: ['containerd', 'docker-containe'],
  'cri-o': ['crio'],
};

async function unitOfProcess(host: HostView, pid: number): Promise<string | undefined> {
  const file = await host.readFile(`/proc/${pid}/cgroup`);
  return file.kind === 'text' ? parseControlGroup(file.text).unit : undefined;
}

/** A shim has its daemon's name in its first 15 bytes too; the daemon is nobody's child but its unit's or its program's. */
function candidates(entries: readonly ProcessEntry[], { name, inside }: RuntimeService): readonly ProcessEntry[] {
  return entries.filter((entry) => NAMES[name].includes(entry.name) && (inside !== undefined || entry.parent === 1));
}

/** The daemon's process: its unit's main process, or without systemd's word the one whose control group is the unit's. */
export async function daemonPid(host: HostView, service: RuntimeService, units: RuntimeUnits): Promise<number | undefined> {
  const unit = unitOf(units, service.units);
  if (unit?.mainPid !== undefined) return unit.mainPid;
  const processes = await host.processes();
  if (processes.kind !== 'processes') return undefined;
  const found = candidates(processes.entries, service);
  if (service.units.length === 0) return found.length === 1 ? found[0]?.pid : undefined;
  for (const { pid } of found) {
    const own = await unitOfProcess(host, pid);
    if (own !== undefined && service.units.includes(own)) return pid;
  }
  return undefined;
}
