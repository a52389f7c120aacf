import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { deletePods, podName } from './shared/pods.ts';
import { addDropIn, ensureActive, removeDropIn, signalMain } from './shared/unit.ts';

const name = 'kubelet-port-faked';
const port = 10248;

export const kubeletPortFaked: Fault = {
  name,
  title: `the kubelet is dead and a pod in the host's network answers "ok" at its port ${port}`,
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletDown' }],
  async break(host, lab) {
    const serve = `mkdir -p /tmp/www; echo ok >/tmp/www/healthz; trap exit TERM
      while :; do httpd -f -p 127.0.0.1:${port} -h /tmp/www 2>/dev/null; sleep 0.2 & wait; done`;
    await lab.runPods({ name: podName(name, host), count: 1, node: host.name, command: ['/bin/sh', '-c', serve] });
    await addDropIn(host, 'kubelet', name, '[Service]\nRestart=no\n');
    await signalMain(host, 'kubelet', 'KILL');
    const answers = async (): Promise<true | undefined> =>
      (await host.exec(['curl', '-sf', '-m', '2', `http://127.0.0.1:${port}/healthz`])).code === 0 ? true : undefined;
    await waitFor(`the pod to answer at port ${port}`, answers, { timeoutMs: 10_000 });
  },
  async mend(host, lab) {
    await removeDropIn(host, 'kubelet', name);
    // The port must be free before the kubelet starts: its healthz server tries once.
    await host.sh(`for pid in $(pgrep -x httpd); do kill -KILL "$(ps -o ppid= -p "$pid" | tr -d ' ')" "$pid"; done; true`);
    await ensureActive(host, 'kubelet');
    await deletePods(lab, podName(name, host));
  },
};
