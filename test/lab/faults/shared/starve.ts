import type { LabHost } from '../../host.ts';
import { endHelpers, startHelper } from './helper.ts';
import { limitUnit, unlimitUnit } from './unit.ts';

interface Starvation {
  readonly fault: string;
  readonly unit: string;
  /** Percent of one CPU. */
  readonly quota: number;
  /** One call that costs the daemon something, and how many of them wait at any time. */
  readonly call: string;
  readonly callers: number;
}

/**
 * A daemon with more questions than CPU time: it works without a pause and gets through the queue, only not soon. A quota
 * rather than a load on the machine, which others use, too.
 */
export async function starve(host: LabHost, { fault, unit, quota, call, callers }: Starvation): Promise<void> {
  await limitUnit(host, unit, 'CPUQuota', `${quota}%`);
  const loop = `while :; do ${call} >/dev/null 2>&1; sleep 0.1; done`;
  await startHelper(host, fault, `for i in $(seq ${callers}); do ( ${loop} ) & done; wait`, 600);
}

export async function feed(host: LabHost, { fault, unit }: Pick<Starvation, 'fault' | 'unit'>): Promise<void> {
  await endHelpers(host, fault);
  await unlimitUnit(host, unit, 'CPUQuota', '');
}
