import { setTimeout as sleep } from 'node:timers/promises';
import { endHelpers, startHelper } from '../../test/lab/faults/shared/helper.ts';
import { deletePods, podName } from '../../test/lab/faults/shared/pods.ts';
import { resumeShims, stopShim } from '../../test/lab/faults/shared/shim.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { giveIdentity, takeIdentity } from './identity.ts';
import type { Scenario } from './scenario.ts';

const fault = 'bench-stuck';

/** Two containers: one gets stuck, the end of the other makes the kubelet inspect both. */
async function runPod(host: LabHost, lab: Lab): Promise<void> {
  const name = podName(fault, host);
  const container = (own: string) => ({ name: own, image: 'busybox:lab', imagePullPolicy: 'Never' });
  const spec = { hostNetwork: true, nodeName: host.name, containers: [container('main'), container('side')] };
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec });
  await lab.kubectl(['apply', '-f', '-'], { input });
  await waitFor(`pod ${name}`, async () => {
    const { code } = await lab.kubectl(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=5s']);
    return code === 0 ? true : undefined;
  });
}

async function idOf(host: LabHost, lab: Lab, container: string): Promise<string> {
  const path = `{.status.containerStatuses[?(@.name=="${container}")].containerID}`;
  const { stdout } = await lab.kubectl(['get', 'pod', podName(fault, host), '-o', `jsonpath=${path}`]);
  return stdout.replace(/^.*:\/\//, '');
}

async function pidOf(host: LabHost, id: string): Promise<string> {
  if (host.runtime === 'docker') return (await host.sh(`docker inspect -f '{{.State.Pid}}' ${id}`)).trim();
  return (await host.sh(`ctr -n k8s.io tasks ls | awk '$1 == "${id}" { print $2 }'`)).trim();
}

/** The stop never returns and holds the container's lock; then its pod changes, and the kubelet's relist waits for that lock. */
async function strikeDocker(host: LabHost, lab: Lab): Promise<void> {
  const [main, side] = await Promise.all([idOf(host, lab, 'main'), idOf(host, lab, 'side')]);
  const [mainPid, sidePid] = await Promise.all([pidOf(host, main), pidOf(host, side)]);
  await stopShim(host, mainPid);
  await startHelper(host, fault, `exec docker stop -t 1 ${main}`);
  await sleep(1000);
  await host.sh(`kill -KILL ${sidePid}`);
}

async function strikeContainerd(host: LabHost, lab: Lab): Promise<void> {
  await stopShim(host, await pidOf(host, await idOf(host, lab, 'main')));
}

async function cleanUp(host: LabHost, lab: Lab): Promise<void> {
  await endHelpers(host, fault);
  await resumeShims(host);
  const label = podName(fault, host);
  await deletePods(lab, label);
  const gone = async (): Promise<true | undefined> =>
    (await lab.kubectl(['get', 'pods', '-l', `app=${label}`, '-o', 'name'])).stdout.trim() === '' ? true : undefined;
  await waitFor(`pod ${label} to be gone`, gone);
}

/** With a new pod, which is minutes old at the node's next turn: the agent knows its shim. */
async function mend(host: LabHost, lab: Lab): Promise<void> {
  await cleanUp(host, lab);
  await runPod(host, lab);
}

async function cleanUpAll(host: LabHost, lab: Lab): Promise<void> {
  await cleanUp(host, lab);
  await takeIdentity(host);
}

const common = {
  problem: { type: 'ContainerRuntimeUnhealthy', reason: 'ContainerHung' },
  mend,
  after: cleanUpAll,
} as const;

/** A shim is ended only where the operator lets it: it costs the container. */
const on = 'remedies:\n  end-stuck-shim: { enabled: true, disruption: workload }\n';

export const stuckScenarios: readonly Scenario[] = [
  {
    ...common,
    name: 'stuck-shim-on',
    title: 'one container does not answer, its shim is stopped; end-stuck-shim is switched on',
    runtime: 'docker',
    config: on,
    before: giveIdentity,
    remedy: 'end-stuck-shim',
    limits: { found: 15, fresh: 30 },
    // The fault itself ends one of them.
    mayLose: 2,
    strike: strikeDocker,
  },
  {
    ...common,
    name: 'stuck-shim-off',
    title: 'one container does not answer, its shim is stopped; the default configuration',
    runtime: 'docker',
    remedy: 'restart-runtime',
    unit: 'docker',
    limits: { found: 15, fresh: 30 },
    mayLose: 1,
    strike: strikeDocker,
  },
  {
    ...common,
    name: 'stuck-shim-on-containerd',
    title: 'the shim of one pod is stopped; end-stuck-shim is switched on',
    runtime: 'containerd',
    config: on,
    before: giveIdentity,
    remedy: 'end-stuck-shim',
    limits: { found: 15 },
    mayLose: 3,
    strike: strikeContainerd,
  },
  {
    ...common,
    name: 'stuck-shim-off-containerd',
    title: 'the shim of one pod is stopped; by default containerd, which would end that pod, is left alone',
    runtime: 'containerd',
    limits: { found: 15 },
    lookFor: 40,
    strike: strikeContainerd,
  },
];
