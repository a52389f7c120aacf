import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';
import { reloadImages } from '../../runtime.ts';
import { waitFor } from '../../wait.ts';
import { ensureActive } from './unit.ts';

/**
 * Forget the kubelet's pressure conditions, which it holds for five minutes after the last time, and put back the pod
 * that `up` left and that an eviction takes for good.
 */
export async function forgetPressure(host: LabHost, lab: Lab): Promise<void> {
  const evicted = ['--field-selector', `spec.nodeName=${host.name},status.phase=Failed`];
  const hello = `hello-${host.name}`;
  const underPressure = async (): Promise<boolean> => {
    const path = '{.status.conditions[?(@.type=="DiskPressure")].status}';
    return (await lab.kubectl(['get', 'node', host.name, '-o', `jsonpath=${path}`])).stdout !== 'False';
  };

  await ensureActive(host, 'kubelet');
  if (await underPressure()) {
    await host.sh('systemctl restart kubelet');
    await waitFor(`${host.name} to be without DiskPressure`, async () => ((await underPressure()) ? undefined : true));
  }
  await lab.kubectl(['delete', 'pods', ...evicted, '--force', '--grace-period=0']);
  if ((await lab.kubectl(['get', 'pod', hello])).code === 0) return;
  await reloadImages(host);
  await lab.runPods({ name: hello, count: 1, node: host.name });
}
