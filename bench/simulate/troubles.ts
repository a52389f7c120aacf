import { minutes, seconds } from '../../lib/model/units.ts';
import type { Trouble } from './virtual-node.ts';

export const hang: Trouble = {
  type: 'ContainerRuntimeUnhealthy',
  reason: 'DockerHung',
  found: seconds(12),
  cures: { 'restart-runtime': 0.95, reboot: 1 },
};

export const dead: Trouble = {
  type: 'ContainerRuntimeUnhealthy',
  reason: 'ContainerdDown',
  dead: true,
  found: seconds(6),
  cures: { 'restart-runtime': 0.9, reboot: 1 },
};

export const kubeletHang: Trouble = {
  type: 'KubeletUnhealthy',
  reason: 'KubeletHung',
  found: seconds(8),
  cures: { 'restart-kubelet': 0.97, reboot: 1 },
};

/** What befalls many at once, and a restart always cures. */
export const jolt: Trouble = { ...hang, cures: { 'restart-runtime': 1, reboot: 1 } };

/** Only a reboot helps. */
export const wedged: Trouble = { ...hang, reason: 'ContainerdHung', cures: { reboot: 0.95 } };

/** A kernel in which every runtime hangs again: no remedy helps until it is rolled back. */
export const badKernel: Trouble = { ...hang, cures: {} };

/** The check is wrong. */
export const imagined: Trouble = { ...hang, imagined: true, cures: {} };

/** It passes by itself before anybody would have helped. */
export const brief = { trouble: { ...hang, reason: 'DockerSlow' }, least: seconds(5), most: minutes(3) } as const;
