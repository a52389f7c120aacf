import { join } from 'node:path';
import { makeCgroups, removeCgroups } from '../../cgroup.ts';
import { LabError } from '../../error.ts';
import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';
import { launch } from '../../launch.ts';
import { cgroupsOf } from '../../paths.ts';

/** A program on the machine has groups of its own under the lab's: `mend` finds it there, and so does `down`. */
const groupsOf = (host: LabHost, lab: Lab, fault: string): string[] => cgroupsOf(lab.name, `${fault}-${host.name}`);

export const logOf = (lab: Lab, fault: string): string => join(lab.directory, 'logs', `${fault}.log`);

/** Start a file of `programs/` on the machine; it outlives this process. */
export function startProgram(host: LabHost, lab: Lab, { fault, argv }: { fault: string; argv: readonly string[] }): void {
  const [file = '', ...rest] = argv;
  const groups = groupsOf(host, lab, fault);
  makeCgroups(groups);
  launch(groups, [process.execPath, join(import.meta.dirname, '../programs', file), ...rest], logOf(lab, fault));
}

export async function endProgram(host: LabHost, lab: Lab, fault: string): Promise<void> {
  const left = await removeCgroups(groupsOf(host, lab, fault));
  if (left.length > 0) throw new LabError(`the program of ${fault} in ${left[0]} does not end`);
}
