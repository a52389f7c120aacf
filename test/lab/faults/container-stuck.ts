import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { LabHost } from '../host.ts';
import type { Lab } from '../lab.ts';
import { endHelpers, startHelper } from './shared/helper.ts';
import { containerId, deletePods, podName } from './shared/pods.ts';

const name = 'container-stuck';

export const containerStuck: Fault = {
  name,
  title: 'the shim of one container is stopped while the container is told to end; docker ps still answers',
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'ContainerHung', subject: `lab-${name}` }],
  async break(host, lab) {
    const pod = podName(name, host);
    await lab.runPods({ name: pod, count: 1, node: host.name });
    const id = await containerId(lab, pod);
    await (host.runtime === 'docker' ? stuckUnderDocker(host, id) : stuckUnderContainerd(host, lab, { id, pod }));
  },
  async mend(host, lab) {
    await host.sh(`for pid in $(pgrep -f '^[^ ]*containerd-shim'); do kill -CONT "$pid"; done; true`);
    await endHelpers(host, name);
    await deletePods(lab, podName(name, host));
  },
};

/** As the kubelet meets it: a stop that never returns holds the container's lock, and its inspect waits behind it. */
async function stuckUnderDocker(host: LabHost, id: string): Promise<void> {
  const sandbox = `docker ps -q --no-trunc --filter label=io.kubernetes.docker.type=podsandbox --filter label=io.kubernetes.pod.name=$(
    docker inspect -f '{{index .Config.Labels "io.kubernetes.pod.name"}}' ${id})`;
  const sandboxPid = (await host.sh(`docker inspect -f '{{.State.Pid}}' "$(${sandbox})"`)).trim();
  await stopShim(host, (await host.sh(`docker inspect -f '{{.State.Pid}}' ${id}`)).trim());
  await startHelper(host, name, `exec docker stop -t 1 ${id}`);
  // The stop must hold its lock before the kubelet looks.
  await sleep(2000);
  // The pod changes: at its next relist the kubelet inspects all of its containers.
  await host.sh(`kill -KILL ${sandboxPid}`);
}

/** One shim serves the whole pod; the kubelet's own StopContainer is what hangs. */
async function stuckUnderContainerd(host: LabHost, lab: Lab, { id, pod }: { id: string; pod: string }): Promise<void> {
  await stopShim(host, (await host.sh(`ctr -n k8s.io tasks ls | awk '$1 == "${id}" { print $2 }'`)).trim());
  await lab.kubectl(['delete', 'pod', pod, '--grace-period=1', '--wait=false']);
}

/** The shim is the parent of the container's first process. */
const stopShim = (host: LabHost, pid: string): Promise<string> => host.sh(`kill -STOP "$(ps -o ppid= -p ${pid} | tr -d ' ')"`);
