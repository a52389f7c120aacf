import { rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { labDirectory, machineName, namesIn } from './paths.ts';

const runtime = '/run/systemd/nspawn';

/** What a killed nspawn leaves in /run: a directory by its machine's name, and a lock by its root's inode. */
export function removeNspawnTraces(lab: string): void {
  const hosts = join(labDirectory(lab), 'hosts');
  for (const host of namesIn(hosts)) {
    const root = statSync(join(hosts, host, 'root'), { throwIfNoEntry: false });
    if (root !== undefined) rmSync(join(runtime, 'locks', `inode-${root.dev}:${root.ino}`), { force: true });
  }

  const propagate = join(runtime, 'propagate');
  const ours = namesIn(propagate).filter((name) => name.startsWith(machineName(lab, '')));
  for (const path of [...ours.map((name) => join(propagate, name)), propagate, join(runtime, 'locks'), runtime]) {
    try {
      rmdirSync(path);
    } catch {
      // Other containers of this machine have theirs in there.
    }
  }
}
