import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { LabHost } from '../../test/lab/host.ts';
import { inHost } from '../repairs/agent-on-host.ts';
import { uptime } from '../repairs/clock.ts';

const STAND_IN = '/run/lab-kmsg';
/** Facility 1, level 6: what the kernel makes of a line that a process writes. */
const PRIORITY = 14;

/** Where lines are said that the agent reads. */
export interface Kernel {
  say(line: string): void;
}

/** A fresh descriptor for each line: `printk_devkmsg=ratelimit` drops those of one that was kept. */
function write(path: string, text: string): void {
  const device = openSync(path, constants.O_WRONLY);
  writeSync(device, text);
  closeSync(device);
}

/** The machine's own ring, which every first host of every lab reads. */
export async function realKernel(host: LabHost): Promise<Kernel> {
  await host.sh('while test -p /dev/kmsg; do umount /dev/kmsg; done');
  // Without its end a line may go on, and the kernel shows it to nobody before the next one.
  return { say: (line) => write('/dev/kmsg', `${line}\n`) };
}

/** A pipe in the place of the host's /dev/kmsg, so that no other lab on this machine hears of faults that it does not have. */
export async function standInKernel(host: LabHost): Promise<Kernel> {
  await host.sh(`test -p /dev/kmsg || { mkfifo ${STAND_IN}; mount --bind ${STAND_IN} /dev/kmsg; }`);
  const path = inHost(host, STAND_IN);
  // Somebody holds it open, or whoever reads it would find its end after each line.
  openSync(path, constants.O_RDWR);
  let sequence = Math.floor(uptime());
  return {
    say(line) {
      sequence += 1;
      write(path, `${PRIORITY},${sequence},${Math.floor(uptime() * 1000)},-;${line}\n`);
    },
  };
}
