import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import type { LabHost } from '../../host.ts';
import { must } from '../../run.ts';

/** Metadata of the file that fills the disk. */
const spareBytes = 128 * 1024;

export function runtimeDisk(host: LabHost): string {
  const { runtime } = host.disks;
  if (runtime === undefined)
    throw new LabError('this lab has no disk of its own for the runtime; bring it up without --runtime-disk none');
  return runtime;
}

const fillingFile = (disk: string, fault: string): string => join(disk, `lab-${fault}`);

/** Leave `ratio` of a small disk's size available. `disk` is always a lab's loop device, never the machine's. */
export async function fillBytes(disk: string, fault: string, ratio: number): Promise<void> {
  assertOwnDisk(disk);
  unfill(disk, fault);
  const { bsize, blocks, bavail } = statfsSync(disk);
  const bytes = Math.floor((bavail - blocks * ratio) * bsize - spareBytes);
  if (bytes > 0) await must(['fallocate', '-l', String(bytes), fillingFile(disk, fault)]);
}

/** Leave `ratio` of a small disk's inodes free. */
export function fillInodes(disk: string, fault: string, ratio: number): void {
  assertOwnDisk(disk);
  unfill(disk, fault);
  const directory = fillingFile(disk, fault);
  mkdirSync(directory);
  const { files, ffree } = statfsSync(disk);
  const wanted = Math.floor(ffree - files * ratio);
  for (let i = 0; i < wanted; i += 1) writeFileSync(join(directory, String(i)), '');
}

/** Gives whether there was anything to take away. */
export function unfill(disk: string, fault: string): boolean {
  const file = fillingFile(disk, fault);
  const wasFull = existsSync(file);
  rmSync(file, { recursive: true, force: true });
  return wasFull;
}

/** A disk that is not mounted would be a directory of the machine's own filesystem. */
function assertOwnDisk(disk: string): void {
  const [own, parent] = [statfsSync(disk), statfsSync(join(disk, '..'))];
  if (own.blocks === parent.blocks) throw new LabError(`${disk} is no filesystem of its own`);
}
