import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';
import { waitFor } from '../../wait.ts';
import { confine, release, resetProperty, setProperty } from './confine.ts';
import { endProgram, startProgram } from './program.ts';

interface Starvation {
  readonly fault: string;
  readonly unit: 'docker' | 'containerd';
  /** Path in the host. */
  readonly socket: string;
  /** Shell, run in the host: asks the daemon for a trifle, ends with 124 after 8 s without an answer. */
  readonly trifle: string;
}

/** Of one CPU. */
const percent = 1;

/**
 * A daemon with more questions than CPU time: it works without a pause and gets through the queue, only not soon. A quota
 * rather than a load on the machine, which others use, too. Waits until it is late.
 */
export async function starve(host: LabHost, lab: Lab, { fault, unit, socket, trifle }: Starvation): Promise<void> {
  const v1 = `echo 100000 >cpu.cfs_period_us; echo ${percent * 1000} >cpu.cfs_quota_us`;
  await confine(host, { fault, unit, controller: 'cpu', v1, v2: setProperty(unit, 'CPUQuota', `${percent}%`) });
  startProgram(host, lab, { fault, argv: ['flood.ts', unit, `/proc/${host.leader}/root${socket}`] });

  const late = async (): Promise<true | undefined> =>
    (await host.exec(['timeout', '8', 'sh', '-c', trifle])).code === 124 ? true : undefined;
  await waitFor(`${unit} to be late`, late, { timeoutMs: 60_000 });
}

export async function feed(host: LabHost, lab: Lab, { fault, unit }: Pick<Starvation, 'fault' | 'unit'>): Promise<void> {
  await endProgram(host, lab, fault);
  await release(host, { fault, controller: 'cpu', v2: resetProperty(unit, 'CPUQuota', '') });
}
