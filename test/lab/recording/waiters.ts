import { endHelpers, startHelper } from '../faults/shared/helper.ts';
import type { LabHost } from '../host.ts';
import { waitFor } from '../wait.ts';

const name = 'recording-waiters';

/** Two processes that touch the hung volume of a pod and wait in the kernel from then on. */
export async function startWaiters(host: LabHost): Promise<void> {
  // The shell must not look into the mount itself to expand a pattern.
  const volume = (await host.sh('echo /var/lib/kubelet/pods/*/volumes/kubernetes.io~csi/data')).trim();
  await startHelper(host, name, `for i in 1 2; do du -s ${volume}/mount & done; wait`);
  const waiting = async (): Promise<true | undefined> =>
    Number((await host.sh("grep -ls '^State:.D' /proc/[0-9]*/status | wc -l")).trim()) >= 2 ? true : undefined;
  await waitFor('two processes in D state', waiting, { timeoutMs: 10_000 });
}

export const endWaiters = (host: LabHost): Promise<void> => endHelpers(host, name);
