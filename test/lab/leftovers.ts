import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { base, bridgeName, cgroupHierarchies, cgroupName } from './paths.ts';

const cgroupBases = (): string[] => cgroupHierarchies().map((hierarchy) => join(hierarchy, cgroupName));

/** Names of all labs that have left anything: a directory, a control group or a bridge. */
export function labsLeft(): string[] {
  const prefix = bridgeName('');
  const bridges = names('/sys/class/net').filter((name) => name.startsWith(prefix));
  const groups = cgroupBases().flatMap(names);
  return [...new Set([...names(base), ...groups, ...bridges.map((name) => name.slice(prefix.length))])];
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

function names(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    // Links are what /sys/class/net has; a control group's own files are not of interest.
    return entries.filter((entry) => !entry.isFile()).map((entry) => entry.name);
  } catch {
    return [];
  }
}
