import { forgetPressure } from './faults/shared/kubelet-state.ts';
import { ensureActive } from './faults/shared/unit.ts';
import type { LabHost } from './host.ts';
import type { Lab } from './lab.ts';
import { stateOf } from './state-of-node.ts';
import { isReady } from './up.ts';
import { waitFor } from './wait.ts';

interface Left {
  readonly spec: { readonly unschedulable?: boolean };
}

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly phase: string; readonly reason?: string };
  }[];
}

/**
 * The node as `up` leaves it: no agent, no cordon, no pressure, its units active, its Node Ready, its first pod running.
 * Gives what was otherwise. An eviction, for one, takes what it likes, and bare pods do not come back.
 */
export async function putRight(lab: Lab, host: LabHost): Promise<readonly string[]> {
  const left: string[] = [];
  const agent = await host.exec(['test', '-x', '/opt/nodemend/install.sh']);
  if (agent.code === 0) {
    left.push('nodemend was installed');
    await host.sh('/opt/nodemend/install.sh uninstall --purge || systemctl stop nodemend', { timeoutMs: 200_000 });
  }
  const { spec } = (await lab.kubectlJson(['get', 'node', host.name])) as Left;
  if (spec.unschedulable === true) {
    left.push('the Node was cordoned');
    await lab.kubectl(['uncordon', host.name]);
  }
  left.push(...(await deadPods(lab, host)));
  await ensureActive(host, 'containerd', host.runtime, 'kubelet');
  await forgetPressure(host, lab, false);
  try {
    await waitFor('the Node to be Ready', async () => ((await isReady(lab.state, host.name)) ? true : undefined));
  } catch (error) {
    throw new Error(`${host.name} cannot be put right:\n${await stateOf(lab, host)}`, { cause: error });
  }
  return left;
}

async function deadPods(lab: Lab, host: LabHost): Promise<readonly string[]> {
  const { items } = (await lab.kubectlJson(['get', 'pods', '--field-selector', `spec.nodeName=${host.name}`])) as Pods;
  const dead = items.filter(({ status }) => status.phase === 'Failed');
  return dead.map(({ metadata, status }) => `pod ${metadata.name} was ${status.phase} (${status.reason ?? 'no reason'})`);
}
