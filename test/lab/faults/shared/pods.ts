import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';

/** A pod of the fault's own, named after it and its node. */
export const podName = (fault: string, host: LabHost): string => `lab-${fault}-${host.name}`;

export async function deletePods(lab: Lab, label: string): Promise<void> {
  const query = ['pods', '-l', `app=${label}`];
  await lab.kubectl(['delete', ...query, '--force', '--grace-period=0', '--ignore-not-found']);
}

/** Runtime IDs of a pod's containers; the sandbox is named POD by docker and kept apart by containerd. */
export async function containerId(lab: Lab, pod: string): Promise<string> {
  const path = '{.status.containerStatuses[0].containerID}';
  const { stdout } = await lab.kubectl(['get', 'pod', pod, '-o', `jsonpath=${path}`]);
  return stdout.replace(/^.*:\/\//, '');
}
