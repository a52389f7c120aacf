import type { Remedy } from '../model/remedy.ts';
import { endStuckShim } from './end-stuck-shim.ts';
import { reboot } from './reboot.ts';
import { reclaimDisk } from './reclaim-disk.ts';
import { restartKubelet } from './restart-kubelet.ts';
import { restartRuntime } from './restart-runtime.ts';
import { setEvictionHard } from './set-eviction-hard.ts';
import { upgradeSystemd } from './upgrade-systemd.ts';

/** Everything a ladder may name. Local remedies are on by default, `workload` and `node` ones wait for the operator's word. */
export const remedies: readonly Remedy[] = [
  { id: 'cordon', title: 'keep new pods away from the node', disruption: 'workload', enabledByDefault: false },
  { id: 'drain', title: 'move the pods to other nodes', disruption: 'workload', enabledByDefault: false },
  endStuckShim,
  reboot,
  reclaimDisk,
  restartKubelet,
  restartRuntime,
  setEvictionHard,
  upgradeSystemd,
];

export function findRemedy(id: string): Remedy | undefined {
  return remedies.find((remedy) => remedy.id === id);
}
