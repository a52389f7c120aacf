import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enterCgroups, makeCgroups } from './cgroup.ts';
import { cgroupHierarchies, cgroupName } from './paths.ts';

const environment = [
  'HOME=/root',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'LANG=C.UTF-8',
  'TERM=xterm',
];

/** The command line that runs `argv` in all namespaces and control groups of a host. */
export function enterCommand(leader: number, argv: readonly string[], wrapper: readonly string[] = []): string[] {
  const groups = groupsFor(leader);
  makeCgroups(groups);
  const script = `${enterCgroups(groups)} exec "$@"`;
  const inside = ['nsenter', '-t', String(leader), '-a', '-w', 'env', '-i', ...environment, ...wrapper, ...argv];
  return ['/bin/sh', '-c', script, 'sh', ...inside];
}

/**
 * A group `lab-exec` beside systemd's own slices, in every hierarchy: what we start is seen as the host's, goes with
 * the host, and is no unit's, so that restarting a unit does not end it.
 */
function groupsFor(leader: number): string[] {
  const lines = readFileSync(`/proc/${leader}/cgroup`, 'utf8').trim().split('\n');
  const own = new RegExp(`^(/${cgroupName}/[^/]+/[^/]+(?:/payload)?)`);
  return cgroupHierarchies().flatMap((hierarchy) => {
    const name = hierarchy.slice('/sys/fs/cgroup/'.length);
    const line = lines.find((entry) => {
      const [, controllers = ''] = entry.split(':');
      return controllers === '' ? name === 'unified' || name === '' : [`name=${name}`, name].includes(controllers);
    });
    const path = own.exec(line?.split(':')[2] ?? '')?.[1];
    return path === undefined ? [] : [join(hierarchy, path, 'lab-exec')];
  });
}
