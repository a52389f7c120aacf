import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDisk } from '../disk.ts';
import type { Fault } from '../fault.ts';
import type { LabHost } from '../host.ts';
import type { Lab } from '../lab.ts';
import { must, run } from '../run.ts';
import { waitFor } from '../wait.ts';

const name = 'readonly-filesystem';
const path = '/mnt/lab-readonly-filesystem';

const imageDirectory = (host: LabHost, lab: Lab): string => join(lab.directory, 'hosts', host.name, 'disks');

export const readonlyFilesystem: Fault = {
  name,
  title: `ext4 at ${path} met an error and went read-only by itself (errors=remount-ro)`,
  expects: [{ type: 'ReadonlyFilesystem', subject: path }],
  async break(host, lab) {
    await unmount(host, lab);
    const disk = await makeDisk(imageDirectory(host, lab), name, { size: '16M', inodes: 64 });
    const device = (await must(['findmnt', '-n', '-o', 'SOURCE', disk])).trim();
    await host.sh(`mkdir -p ${path} && mount -o errors=remount-ro ${device} ${path}`);
    // Of two mounts of one device the superblock's options are the first one's.
    await must(['mount', '-o', 'remount,errors=remount-ro', disk]);
    writeFileSync(`/sys/fs/ext4/${device.replace('/dev/', '')}/trigger_fs_error`, 'lab');
    const readOnly = async (): Promise<true | undefined> =>
      / - ext4 \S+ ro\b/.test(lineOf(await host.sh('cat /proc/self/mountinfo'))) ? true : undefined;
    await waitFor(`${path} to be read-only`, readOnly, { timeoutMs: 10_000 });
  },
  mend: unmount,
};

async function unmount(host: LabHost, lab: Lab): Promise<void> {
  await host.sh(
    `while grep -q ' ${path} ' /proc/self/mountinfo; do umount ${path} || exit; done; [ ! -d ${path} ] || rmdir ${path}`,
  );
  const disk = join(imageDirectory(host, lab), name);
  if (existsSync(disk) && readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${disk} `)) await run(['umount', disk]);
  for (const left of [disk, `${disk}.img`]) rmSync(left, { recursive: true, force: true });
}

const lineOf = (mountinfo: string): string => mountinfo.split('\n').find((line) => line.includes(` ${path} `)) ?? '';
