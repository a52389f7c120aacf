import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupHierarchies, cgroupName } from './paths.ts';

/** Make a group with all its parents in every hierarchy, ready to take processes. */
export function makeCgroups(groups: readonly string[]): void {
  for (const group of groups) makeCgroup(group);
}

function makeCgroup(group: string): void {
  if (existsSync(group)) return;
  const parent = dirname(group);
  if (parent.includes(cgroupName)) makeCgroup(parent);
  mkdirSync(group);
  const file = (path: string): string | undefined => {
    const full = join(parent, path);
    return existsSync(full) ? readFileSync(full, 'utf8').trim() : undefined;
  };

  // v1: a cpuset without CPUs and memory nodes takes no process, and its children must inherit the same way.
  for (const set of ['cpuset.cpus', 'cpuset.mems']) {
    const value = file(set);
    if (value && existsSync(join(group, set))) writeFileSync(join(group, set), value);
  }
  if (existsSync(join(group, 'cgroup.clone_children'))) writeFileSync(join(group, 'cgroup.clone_children'), '1');

  // v2: a controller is there only if the parent hands it down. One at a time: some cannot be.
  for (const controller of (file('cgroup.controllers') ?? '').split(' ').filter(Boolean)) {
    try {
      writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
    } catch {
      // The kernel does not delegate this one, the host does without.
    }
  }
}

/** A shell line that moves the shell itself into the groups; what it then executes starts there. */
export const enterCgroups = (groups: readonly string[]): string =>
  groups.map((group) => `echo $$ >${group}/cgroup.procs || exit 125;`).join(' ');

/** PIDs in a group and below it. */
export function cgroupPids(group: string): number[] {
  if (!existsSync(group)) return [];
  try {
    const own = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    return [...own, ...subgroups(group).flatMap(cgroupPids)].filter((pid) => pid > 0);
  } catch {
    return []; // it went away, or it is a threaded group: its processes stand in another hierarchy too
  }
}

/** Kill everything in these groups and remove them. Gives what could not be removed. */
export async function removeCgroups(groups: readonly string[]): Promise<string[]> {
  let left = groups.filter((group) => existsSync(group));
  for (let attempt = 0; left.length > 0 && attempt < 100; attempt += 1) {
    for (const pid of new Set(left.flatMap(cgroupPids))) kill(pid);
    // A frozen process takes its SIGKILL only when thawed.
    for (const group of left) thaw(group);
    left = left.filter((group) => !removeTree(group));
    if (left.length > 0) await sleep(50);
  }
  return left;
}

/** The lab's own groups: `nodemend-lab/LAB` in every hierarchy. */
export const labCgroups = (lab: string): string[] => cgroupHierarchies().map((hierarchy) => join(hierarchy, cgroupName, lab));

const subgroups = (group: string): string[] =>
  readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(group, entry.name));

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function thaw(group: string): void {
  for (const [file, value] of [
    ['freezer.state', 'THAWED'],
    ['cgroup.freeze', '0'],
  ] as const) {
    const path = join(group, file);
    if (!existsSync(path)) continue;
    try {
      writeFileSync(path, value);
      for (const child of subgroups(group)) thaw(child);
    } catch {
      // The group went away meanwhile.
    }
  }
}

function removeTree(group: string): boolean {
  try {
    for (const child of subgroups(group)) removeTree(child);
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}
