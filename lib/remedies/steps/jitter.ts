import type { Duration } from '../../model/units.ts';

/** The same node always waits the same time, and a fleet spreads evenly (FNV-1a). */
export function jitter(node: string, most: Duration): Duration {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(node)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % most;
}
