import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../test/lab/host.ts';
import type { Lab } from '../test/lab/lab.ts';

const name = 'churn';

/** A Deployment on one host whose pods are deleted, five at a time, as fast as the cluster replaces them. Call the result to end it. */
export async function churn(lab: Lab, host: LabHost, count: number): Promise<() => Promise<void>> {
  await lab.runPods({ name, count, node: host.name, owner: 'deployment', timeoutMs: 600_000 });
  const end = new AbortController();
  const running = deleteInTurns(lab, end.signal);
  return async () => {
    end.abort();
    await running;
    await lab.kubectl(['delete', 'deployment', name, '--ignore-not-found', '--wait=false']);
    await lab.kubectl(['delete', 'pods', '-l', `app=${name}`, '--force', '--grace-period=0'], { timeoutMs: 120_000 });
  };
}

async function deleteInTurns(lab: Lab, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const query = ['get', 'pods', '-l', `app=${name}`, '--field-selector', 'status.phase=Running', '-o', 'name'];
    const pods = (await lab.kubectl(query)).stdout.split('\n').filter(Boolean).slice(0, 5);
    if (pods.length > 0) await lab.kubectl(['delete', ...pods, '--grace-period=1', '--wait=false']);
    await sleep(1000);
  }
}
