import type { ZoneNode } from '../model/failover.ts';
import type { Timing } from './timing.ts';

/** Whether and how fast nodes of the dying node's zone get the taint that evicts. */
export type ZoneVerdict =
  | { readonly kind: 'evicts'; readonly rate: number; readonly why: string }
  | { readonly kind: 'stops'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

type State = 'normal' | 'partial' | 'full';

function stateOf(nodes: readonly ZoneNode[], threshold: number): State {
  const notReady = nodes.filter(({ ready }) => !ready).length;
  if (notReady > 0 && notReady === nodes.length) return 'full';
  return notReady > 2 && notReady / nodes.length >= threshold ? 'partial' : 'normal';
}

/**
 * What the controller would do once this node is Unknown, too (handleDisruption, ComputeZoneState): with no Ready node left
 * anywhere it suspects itself and stops, in a zone that is half dead it goes slowly, or not at all in a small one.
 */
export function zoneVerdict(all: readonly ZoneNode[] | string, name: string, timing: Timing): ZoneVerdict {
  if (typeof all === 'string') return { kind: 'unknown', why: all };
  const after = all.filter(({ excluded }) => !excluded).map((node) => (node.name === name ? { ...node, ready: false } : node));
  const zone = all.find((node) => node.name === name)?.zone;
  const mates = after.filter((node) => node.zone === zone);
  const rate = timing.evictionRate.value;
  if (after.length > 0 && after.every(({ ready }) => !ready)) {
    const others = after.length === 1 ? 'it is the only node' : `no other of the ${after.length} nodes is Ready`;
    return { kind: 'stops', why: `${others}: the controller manager then suspects itself and evicts nothing` };
  }
  const notReady = mates.filter(({ ready }) => !ready).length;
  const state = stateOf(mates, timing.unhealthyZoneThreshold.value);
  if (state !== 'partial')
    return { kind: 'evicts', rate, why: `${mates.length - notReady} of its zone's ${mates.length} nodes stay Ready` };
  const share = `${notReady} of its zone's ${mates.length} nodes are not Ready`;
  if (mates.length > timing.largeCluster.value) return { kind: 'evicts', rate: timing.secondaryEvictionRate.value, why: share };
  return { kind: 'stops', why: `${share}, which is too many for a zone of that size: nothing is evicted` };
}
