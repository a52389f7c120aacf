import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { endHelpers, startHelper } from './shared/helper.ts';
import { mainPid } from './shared/unit.ts';

const name = 'dockerd-deadlocked';

export const dockerdDeadlocked: Fault = {
  name,
  title: 'dockerd is held by a debugger: SIGTERM and SIGCONT do nothing, SIGKILL does',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' }],
  async break(host) {
    const pid = await mainPid(host, 'docker');
    // Symbols of a Go program of this size would cost half a minute and as many megabytes.
    await startHelper(
      host,
      name,
      `exec gdb -nx -q -batch -readnever -iex 'set auto-solib-add off' -p ${pid} -ex 'shell sleep 1800'`,
    );
    const traced = async (): Promise<true | undefined> =>
      (await host.exec(['sh', '-c', `grep -L '^State:.t (tracing' /proc/${pid}/task/*/status`])).stdout === '' ? true : undefined;
    await waitFor('every thread of dockerd to be held', traced, { timeoutMs: 20_000, see: `/var/log/lab-${name}.log` });
  },
  /** The kernel detaches what a dead debugger held, and it goes on. */
  mend: (host) => endHelpers(host, name),
};
