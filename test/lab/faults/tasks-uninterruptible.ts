import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { startHelper } from './shared/helper.ts';
import { mountHung, unmountHung } from './shared/hung-mount.ts';

const name = 'tasks-uninterruptible';
const path = '/mnt/lab-tasks-uninterruptible';

export const tasksUninterruptible: Fault = {
  name,
  title: 'three processes in D state, waiting for a filesystem that never answers',
  expects: [
    { type: 'UninterruptibleTasks', reason: 'TaskBlocked' },
    { type: 'MountUnresponsive', reason: 'MountHung', subject: path },
  ],
  async break(host) {
    await mountHung(host, name, path);
    await startHelper(host, name, `for i in 1 2 3; do stat ${path} & done; wait`);
    const waiting = async (): Promise<true | undefined> =>
      Number((await host.sh("grep -ls '^State:.D' /proc/[0-9]*/status | wc -l")).trim()) >= 3 ? true : undefined;
    await waitFor('three processes in D state', waiting, { timeoutMs: 10_000 });
  },
  mend: (host) => unmountHung(host, name),
};
