import type { Fault } from '../fault.ts';
import { containerId, deletePods, podName } from './shared/pods.ts';
import { resumeShims, stopShim } from './shared/shim.ts';

const name = 'shim-stuck';

export const shimStuck: Fault = {
  name,
  title: "a pod's shim is stopped while the pod is being deleted: containerd answers, the pod never ends",
  runtimes: ['containerd'],
  expects: [{ type: 'PodStuck', reason: 'TerminatingBeyondGrace', subject: `lab-${name}` }],
  // A pod is not stuck before its grace is over.
  withinMs: 120_000,
  async break(host, lab) {
    const pod = podName(name, host);
    await lab.runPods({ name: pod, count: 1, node: host.name });
    const id = await containerId(lab, pod);
    await stopShim(host, (await host.sh(`ctr -n k8s.io tasks ls | awk '$1 == "${id}" { print $2 }'`)).trim());
    await lab.kubectl(['delete', 'pod', pod, '--grace-period=1', '--wait=false']);
  },
  async mend(host, lab) {
    await resumeShims(host);
    await deletePods(lab, podName(name, host));
  },
};
