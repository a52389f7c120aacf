import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { base, bridgeName, cgroupHierarchies, cgroupName, directoriesIn, namesIn } from './paths.ts';

const cgroupBases = (): string[] => cgroupHierarchies().map((hierarchy) => join(hierarchy, cgroupName));

/** Names of all labs that have left anything: a directory, a control group or a bridge. */
export function labsLeft(): string[] {
  const prefix = bridgeName('');
  const bridges = namesIn('/sys/class/net').filter((name) => name.startsWith(prefix));
  const groups = cgroupBases().flatMap(directoriesIn);
  const all = [...directoriesIn(base), ...groups, ...bridges.map((name) => name.slice(prefix.length))];
  return [...new Set(all)].filter(Boolean);
}

/** What the labs share goes with the last one. */
export function removeShared(): void {
  for (const path of [base, ...cgroupBases()]) {
    try {
      rmdirSync(path);
    } catch {
      // Another lab is there, or this one never came so far.
    }
  }
}
