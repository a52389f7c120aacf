import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';
import { reloadImages } from '../../runtime.ts';
import { waitFor } from '../../wait.ts';
import { ensureActive } from './unit.ts';

/**
 * After a disk that was full: forget the kubelet's pressure, which it holds for five minutes after the last time and
 * perhaps has not told yet, and put back the pod that `up` left and that an eviction takes for good.
 */
export async function forgetPressure(host: LabHost, lab: Lab, wasFull = true): Promise<void> {
  await ensureActive(host, 'kubelet');
  if (wasFull || (await hasPressure(host, lab))) {
    await host.sh('systemctl restart kubelet');
    const relieved = async (): Promise<true | undefined> => ((await hasPressure(host, lab)) ? undefined : true);
    await waitFor(`${host.name} to be without DiskPressure`, relieved);
  }
  await waitFor(`the first pod of ${host.name}`, () => restoreFirstPod(host, lab), { timeoutMs: 90_000, everyMs: 1000 });
}

async function hasPressure(host: LabHost, lab: Lab): Promise<boolean> {
  const path = '{.status.conditions[?(@.type=="DiskPressure")].status}';
  return (await lab.kubectl(['get', 'node', host.name, '-o', `jsonpath=${path}`])).stdout !== 'False';
}

/** Evicted or rejected once more, it is made again. */
async function restoreFirstPod(host: LabHost, lab: Lab): Promise<true | undefined> {
  const pod = `hello-${host.name}`;
  const failed = ['--field-selector', `spec.nodeName=${host.name},status.phase=Failed`];
  await lab.kubectl(['delete', 'pods', ...failed, '--force', '--grace-period=0']);
  const state = 'jsonpath={.status.phase}{.metadata.deletionTimestamp}';
  const { stdout } = await lab.kubectl(['get', 'pod', pod, '-o', state]);
  // One that is on its way out says that it runs, too.
  if (stdout === 'Running') return true;
  if (stdout !== '') return undefined;
  await reloadImages(host);
  // A pod that fails at once is a matter of the next turn.
  return await lab.runPods({ name: pod, count: 1, node: host.name, timeoutMs: 15_000 }).then(
    () => true as const,
    () => undefined,
  );
}
