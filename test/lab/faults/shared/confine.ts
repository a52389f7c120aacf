import type { LabHost } from '../../host.ts';
import { mainPid } from './unit.ts';

interface Limit {
  readonly fault: string;
  readonly unit: string;
  readonly controller: 'cpu' | 'pids' | 'freezer';
  /** Shell, run in a v1 group that the main process is already in. */
  readonly v1: string;
  /** Shell, where there is only v2: systemd itself then holds every controller. */
  readonly v2: string;
}

/**
 * Put a unit's main process under a limit. Under v1 in a group of our own: the lab hosts' systemd found the controllers
 * read-only when it started and leaves them alone.
 */
export async function confine(host: LabHost, { fault, unit, controller, v1, v2 }: Limit): Promise<void> {
  const pid = await mainPid(host, unit);
  const group = groupOf(controller, fault);
  await host.sh(`set -e
    if [ ! -d /sys/fs/cgroup/${controller} ]; then ${v2}; exit; fi
    mkdir -p ${group}
    [ -e ${saved(fault)} ] || sed -n 's/^[0-9]*:${controller}://p' /proc/${pid}/cgroup >${saved(fault)}
    echo ${pid} >${group}/cgroup.procs
    cd ${group}
    ${v1}`);
}

/** Everything that is in our group by now goes back to where the main process came from. */
export async function release(
  host: LabHost,
  { fault, controller, v2 }: Pick<Limit, 'fault' | 'controller' | 'v2'>,
): Promise<void> {
  const group = groupOf(controller, fault);
  await host.sh(`if [ ! -d /sys/fs/cgroup/${controller} ]; then ${v2}; exit 0; fi
    [ -d ${group} ] || { rm -f ${saved(fault)}; exit 0; }
    [ ! -e ${group}/freezer.state ] || echo THAWED >${group}/freezer.state
    origin=/sys/fs/cgroup/${controller}$(cat ${saved(fault)} 2>/dev/null)
    [ -d "$origin" ] || origin=/sys/fs/cgroup/${controller}
    for round in 1 2 3 4 5; do
      for pid in $(cat ${group}/cgroup.procs); do echo "$pid" >"$origin/cgroup.procs" 2>/dev/null; done
      rmdir ${group} 2>/dev/null && break
      sleep 0.2
    done
    rm -f ${saved(fault)}
    [ ! -d ${group} ]`);
}

/** systemctl for a limit and for its end, as the unit's files had it. */
export const setProperty = (unit: string, name: string, value: string): string =>
  `systemctl set-property --runtime ${unit}.service ${name}=${value}`;
export const resetProperty = (unit: string, name: string, original: string): string => {
  const directory = `/run/systemd/system.control/${unit}.service.d`;
  const file = `${directory}/50-${name}.conf`;
  return `if [ -e ${file} ]; then ${setProperty(unit, name, original)}; rm -f ${file}; rmdir ${directory}; systemctl daemon-reload; fi`;
};

const groupOf = (controller: string, fault: string): string => `/sys/fs/cgroup/${controller}/lab-${fault}`;
const saved = (fault: string): string => `/run/lab-${fault}.group`;
