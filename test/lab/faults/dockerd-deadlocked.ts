import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { endHelpers } from './shared/helper.ts';
import { trace } from './shared/trace.ts';
import { mainPid } from './shared/unit.ts';

const name = 'dockerd-deadlocked';

export const dockerdDeadlocked: Fault = {
  name,
  title: 'dockerd is held by a debugger: SIGTERM and SIGCONT do nothing, SIGKILL does',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' }],
  async break(host) {
    const pid = await mainPid(host, 'docker');
    await trace(host, name, pid);
    const traced = async (): Promise<true | undefined> =>
      (await host.exec(['sh', '-c', `grep -L '^State:.t (tracing' /proc/${pid}/task/*/status`])).stdout === '' ? true : undefined;
    await waitFor('every thread of dockerd to be held', traced, { timeoutMs: 20_000, see: `/var/log/lab-${name}.log` });
  },
  /** The kernel detaches what a dead tracer held, and it goes on. */
  mend: (host) => endHelpers(host, name),
};
