import type { HostView } from '../lib/host/host.ts';

/** Where systemd keeps its units' processes: cgroup v2, v1, and v1 with v2 beside it. */
const HIERARCHIES = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'];

/** The first process in a control group, by its PID: `system.slice/docker.service`. */
export async function firstProcessIn(host: Pick<HostView, 'readFile'>, group: string): Promise<string | undefined> {
  for (const hierarchy of HIERARCHIES) {
    const answer = await host.readFile(`${hierarchy}/${group}/cgroup.procs`);
    const first = answer.kind === 'text' ? answer.text.split('\n').find((line) => /^[1-9]\d*$/.test(line)) : undefined;
    if (first !== undefined) return first;
  }
  return undefined;
}
