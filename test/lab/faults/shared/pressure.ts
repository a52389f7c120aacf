import type { LabHost } from '../../host.ts';
import { endHelpers, startHelper } from './helper.ts';

/** Long enough for a look, short enough that a forgotten one does no harm. */
const seconds = 180;

/**
 * A control group for one fault's load, with limits that keep the machine safe; the name of its directory in the shell
 * variable `group`. Under v1 each controller has its own tree.
 */
const enter = (fault: string, controller: string, limits: string): string => `
  group=/sys/fs/cgroup/${controller}
  [ -d $group ] || group=/sys/fs/cgroup
  group=$group/lab-${fault}
  mkdir -p $group && ( cd $group; ${limits}; true ) 2>/dev/null
  echo $$ >$group/cgroup.procs`;

interface Load {
  readonly fault: string;
  readonly controller: 'cpu' | 'memory' | 'blkio';
  /** Shell lines that run in the group's directory. */
  readonly limits: string;
  readonly script: string;
}

export async function startLoad(host: LabHost, { fault, controller, limits, script }: Load): Promise<void> {
  await startHelper(host, fault, `${enter(fault, controller, limits)}\n${script}`, seconds);
}

export async function endLoad(host: LabHost, fault: string): Promise<void> {
  await endHelpers(host, fault);
  await host.sh(`for group in /sys/fs/cgroup/lab-${fault} /sys/fs/cgroup/*/lab-${fault}; do
      [ ! -d "$group" ] || rmdir "$group"
    done`);
}

/** Twice as many busy loops as CPUs, at the least weight there is: whoever else wants the CPU gets it. */
export const busyLoops = (fault: string): Load => ({
  fault,
  controller: 'cpu',
  limits: 'echo 2 >cpu.shares; echo 1 >cpu.weight',
  script: 'for i in 1 2 3 4; do ( while :; do :; done ) & done; wait',
});
