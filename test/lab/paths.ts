import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Everything the lab makes is named after it: directories under `base`, control groups under `nodemend-lab`,
 * links that start with `nml-`. So `down` finds what is there by name, also after a crash and without any record.
 */
export const base = '/var/lib/nodemend-lab';

export const cgroupName = 'nodemend-lab';

export const labDirectory = (lab: string): string => join(base, lab);
export const bridgeName = (lab: string): string => `nml-${lab}`;
export const machineName = (lab: string, host: string): string => `nml-${lab}-${host}`;
export const hostName = (index: number): string => `node${index}`;

/** Mount points of the control group hierarchies: one each under v1, the only one under v2. */
export function cgroupHierarchies(): string[] {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  return lines
    .map((line) => line.split(' '))
    .filter(([, path, type]) => (type === 'cgroup' || type === 'cgroup2') && path?.startsWith('/sys/fs/cgroup'))
    .map(([, path]) => path ?? '');
}

export const cgroupsOf = (lab: string, group: string): string[] =>
  cgroupHierarchies().map((hierarchy) => join(hierarchy, cgroupName, lab, group));

/** Names in a directory; none where there is no such directory. */
export const namesIn = (directory: string): string[] => entriesOf(directory).map((entry) => entry.name);
export const directoriesIn = (directory: string): string[] =>
  entriesOf(directory)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
