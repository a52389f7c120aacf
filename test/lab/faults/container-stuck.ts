import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import { endHelpers, startHelper } from './shared/helper.ts';
import { containerId, deletePods, podName } from './shared/pods.ts';
import { resumeShims, stopShim } from './shared/shim.ts';

const name = 'container-stuck';

export const containerStuck: Fault = {
  name,
  title: 'the shim of one container is stopped while docker ends the container: docker ps answers, PLEG stalls',
  runtimes: ['docker'],
  expects: [
    { type: 'ContainerRuntimeUnhealthy', reason: 'ContainerHung', subject: `lab-${name}` },
    { type: 'PLEGUnhealthy', cause: 'ContainerRuntimeUnhealthy' },
  ],
  async break(host, lab) {
    const pod = podName(name, host);
    await lab.runPods({ name: pod, count: 1, node: host.name });
    const id = await containerId(lab, pod);
    const pidOf = (container: string): string => `docker inspect -f '{{.State.Pid}}' ${container}`;
    const sandbox = `docker ps -q --filter label=io.kubernetes.docker.type=podsandbox --filter label=io.kubernetes.pod.name=${pod}`;
    const sandboxPid = (await host.sh(pidOf(`"$(${sandbox})"`))).trim();
    await stopShim(host, (await host.sh(pidOf(id))).trim());

    // The stop never returns and holds the container's lock; an inspect waits behind it.
    await startHelper(host, name, `exec docker stop -t 1 ${id}`);
    await sleep(2000);
    // The pod changes: at its next relist the kubelet inspects all of its containers.
    await host.sh(`kill -KILL ${sandboxPid}`);
  },
  async mend(host, lab) {
    await resumeShims(host);
    await endHelpers(host, name);
    await deletePods(lab, podName(name, host));
  },
};
