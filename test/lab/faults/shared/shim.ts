import type { LabHost } from '../../host.ts';

/** Stop the shim of a container, which is the parent of the container's first process. */
export async function stopShim(host: LabHost, pid: string): Promise<void> {
  await host.sh(`kill -STOP "$(ps -o ppid= -p ${pid} | tr -d ' ')"`);
}

export async function resumeShims(host: LabHost): Promise<void> {
  await host.sh(`for pid in $(pgrep -f '^[^ ]*containerd-shim'); do kill -CONT "$pid"; done; true`);
}
