import type { Remedy } from '../model/remedy.ts';
import { cordon } from './cordon.ts';
import { drain } from './drain.ts';
import { endStuckShim } from './end-stuck-shim.ts';
import { reboot } from './reboot.ts';
import { reclaimDisk } from './reclaim-disk.ts';
import { restartKubelet } from './restart-kubelet.ts';
import { restartRuntime } from './restart-runtime.ts';
import { setEvictionHard } from './set-eviction-hard.ts';
import { uncordon } from './uncordon.ts';
import { upgradeSystemd } from './upgrade-systemd.ts';

/** Everything a ladder may name. Local remedies are on by default, `workload` and `node` ones wait for the operator's word. */
export const remedies: readonly Remedy[] = [
  cordon,
  drain,
  endStuckShim,
  reboot,
  reclaimDisk,
  restartKubelet,
  restartRuntime,
  setEvictionHard,
  uncordon,
  upgradeSystemd,
];

export function findRemedy(id: string): Remedy | undefined {
  return remedies.find((remedy) => remedy.id === id);
}
