import type { LabHost } from '../../host.ts';
import { confine, release, resetProperty, setProperty } from './confine.ts';
import { endHelpers, startHelper } from './helper.ts';

interface Starvation {
  readonly fault: string;
  readonly unit: string;
  /** Percent of one CPU. */
  readonly quota: number;
  /** Shell: asks the daemon for more than it can do in that time, for ever. */
  readonly load: string;
}

/**
 * A daemon with more questions than CPU time: it works without a pause and gets through the queue, only not soon. A quota
 * rather than a load on the machine, which others use, too.
 */
export async function starve(host: LabHost, { fault, unit, quota, load }: Starvation): Promise<void> {
  const v1 = `echo 100000 >cpu.cfs_period_us; echo ${quota * 1000} >cpu.cfs_quota_us`;
  await confine(host, { fault, unit, controller: 'cpu', v1, v2: setProperty(unit, 'CPUQuota', `${quota}%`) });
  await startHelper(host, fault, load, 600);
}

export async function feed(host: LabHost, { fault, unit }: Pick<Starvation, 'fault' | 'unit'>): Promise<void> {
  await endHelpers(host, fault);
  await release(host, { fault, controller: 'cpu', v2: resetProperty(unit, 'CPUQuota', '') });
}
