import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { labCgroups, removeCgroups } from './cgroup.ts';
import { LabError } from './error.ts';
import { removeShared } from './leftovers.ts';
import { releaseSubnets, removeLinks } from './network.ts';
import { removeNspawnTraces } from './nspawn-traces.ts';
import { labDirectory } from './paths.ts';
import { must, run } from './run.ts';
import { readState } from './state.ts';

/** Remove all that bears the lab's name, whoever made it and however far it came. Twice is fine. */
export async function bringDown(lab: string): Promise<void> {
  const directory = labDirectory(lab);
  stopUp(lab);
  const stuck = await removeCgroups(labCgroups(lab));
  removeNspawnTraces(lab);
  await unmountAll(directory);
  await detachLoops(directory);
  await removeLinks(lab);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  releaseSubnets(lab);
  removeShared();
  if (stuck.length > 0)
    throw new LabError(`processes in ${stuck[0]} do not end; look at them with: cat ${stuck[0]}/cgroup.procs`);
}

/** An `up` that is still at work would go on making things behind our back. */
function stopUp(lab: string): void {
  const pid = readState(lab)?.upPid;
  if (pid === undefined || pid === process.pid) return;
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('test/lab/main.ts\0up')) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended long ago.
  }
}

/** Unmount what lies under the directory, the innermost first. A mount that a dying process still uses is tried again. */
async function unmountAll(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const left = mountsUnder(directory);
    if (left.length === 0) return;
    for (const path of left.toReversed()) await run(['umount', path], { timeoutMs: 10_000 });
    if (mountsUnder(directory).length > 0) await sleep(100);
  }
  // Another process outside of the lab sits in there: let the name go now, the mount goes with that process.
  for (const path of mountsUnder(directory).toReversed()) await must(['umount', '--lazy', path]);
}

function mountsUnder(directory: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.map((line) => line.split(' ')[4] ?? '').filter((path) => path.startsWith(`${directory}/`));
}

/** `mount -o loop` frees its device by itself; this is for the moment between the two. */
async function detachLoops(directory: string): Promise<void> {
  const listed = await must(['losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE']);
  for (const line of listed.split('\n')) {
    const [device = '', file = ''] = line.trim().split(/\s+/);
    if (file.startsWith(`${directory}/`)) await run(['losetup', '--detach', device]);
  }
}
