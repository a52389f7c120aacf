import type { Fault } from '../fault.ts';
import type { LabHost } from '../host.ts';
import type { Lab } from '../lab.ts';
import { waitFor } from '../wait.ts';
import { patchNodeStatus } from './shared/patch-node-status.ts';
import { deletePods, podName } from './shared/pods.ts';
import { busyLoops, endLoad, startLoad } from './shared/pressure.ts';

const name = 'overcommitted';
const pods = 4;

interface NodeObject {
  readonly status: { readonly allocatable: { readonly cpu: string } };
}

export const overcommitted: Fault = {
  name,
  title: 'pods whose CPU requests add up to 110 % of what the node has, and all CPUs busy',
  expects: [{ type: 'NodeOvercommitted', reason: 'RequestsExceedAllocatable', subject: 'cpu' }],
  // A notice becomes a warning with the pressure of the last minute.
  exits: [0, 1],
  async break(host, lab) {
    await startLoad(host, busyLoops(name));
    await waitFor(`pods of 110 % on ${host.name}`, () => overfill(host, lab), { timeoutMs: 120_000, everyMs: 1000 });
  },
  async mend(host, lab) {
    await endLoad(host, name);
    await deletePods(lab, podName(name, host));
  },
};

/**
 * The kubelet admits pods by the allocatable of its Node as the API server has it, and corrects that every 10 s. So the
 * Node is made to look four times as large, pods that are bound already arrive at once, and then it shrinks under them:
 * as after a change of the reserved resources. A kubelet that corrected first rejects the pods: try again.
 */
async function overfill(host: LabHost, lab: Lab): Promise<true | undefined> {
  const app = podName(name, host);
  await deletePods(lab, app);
  const node = (await lab.kubectlJson(['get', 'node', host.name])) as NodeObject;
  const milli = 1000 * Number(node.status.allocatable.cpu);
  const cpu = `${Math.ceil((milli * 1.1) / pods)}m`;
  await patchNodeStatus(lab, host.name, {
    allocatable: { cpu: `${(milli * 4) / 1000}` },
    capacity: { cpu: `${(milli * 4) / 1000}` },
  });

  const items = Array.from({ length: pods }, (_, i) => podOf(`${app}-${i + 1}`, { app, node: host.name, cpu }));
  await lab.kubectl(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  const settled = async (): Promise<string | undefined> => {
    const { stdout } = await lab.kubectl(['get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[*].status.phase}']);
    return stdout.includes('Pending') ? undefined : stdout;
  };
  const phases = await waitFor('those pods to be admitted or rejected', settled, { timeoutMs: 30_000, everyMs: 500 });
  return phases.split(' ').every((phase) => phase === 'Running') ? true : undefined;
}

function podOf(pod: string, { app, node, cpu }: { app: string; node: string; cpu: string }): unknown {
  const resources = { requests: { cpu } };
  const container = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never', resources };
  const spec = { hostNetwork: true, nodeName: node, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, labels: { app } }, spec };
}
