import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';

const PORT = 18_080;
const nameOf = (host: LabHost): string => `bench-ready-${host.name}`;

function pod(host: LabHost): object {
  const probe = { httpGet: { path: '/', port: PORT }, periodSeconds: 10 };
  const command = ['/bin/sh', '-c', `mkdir -p /www && echo ok >/www/index.html && exec httpd -f -p ${PORT} -h /www`];
  const container = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never', command, readinessProbe: probe };
  const spec = { hostNetwork: true, nodeName: host.name, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: nameOf(host), labels: { app: 'bench-ready' } }, spec };
}

/** A pod with a readiness probe on each node: what a restart of the kubelet costs shows in its condition. */
export async function runReadyPods(lab: Lab, hosts: readonly LabHost[]): Promise<void> {
  // An evicted one does not come back by itself.
  await lab.kubectl(['delete', 'pods', '-l', 'app=bench-ready', '--field-selector', 'status.phase=Failed']);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: hosts.map(pod) });
  await lab.kubectl(['apply', '-f', '-'], { input });
  const names = hosts.map((host) => `pod/${nameOf(host)}`);
  await waitFor('the pods with a readiness probe', async () => {
    const { code } = await lab.kubectl(['wait', '--for=condition=Ready', ...names, '--timeout=5s']);
    return code === 0 ? true : undefined;
  });
}
