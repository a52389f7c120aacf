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
    // Once mounted, its options are those of the first mount.
    await must(['mount', '-o', 'remount,errors=remount-ro', disk]);
    const number = device.replace('/dev/loop', '');
    await host.sh(`[ -b ${device} ] || mknod ${device} b 7 ${number}; mkdir -p ${path} && mount ${device} ${path}`);
    writeFileSync(`/sys/fs/ext4/${device.replace('/dev/', '')}/trigger_fs_error`, 'lab');
    const readOnly = async (): Promise<true | undefined> =>
      isReadOnly(await host.sh('cat /proc/self/mountinfo')) ? true : undefined;
    await waitFor(`${path} to be read-only`, readOnly, { timeoutMs: 10_000 });
  },
  mend: unmount,
};

async function unmount(host: LabHost, lab: Lab): Promise<void> {
  await host.sh(
    `while grep -q ' ${path} ' /proc/self/mountinfo; do umount ${path} || exit; done; rmdir ${path} 2>/dev/null; rm -f /dev/loop[0-9]*`,
  );
  const disk = join(imageDirectory(host, lab), name);
  if (existsSync(disk) && readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${disk} `)) await run(['umount', disk]);
  for (const left of [disk, `${disk}.img`]) rmSync(left, { recursive: true, force: true });
}

/** By the superblock's options. Since Linux 6.12 an error leaves it `rw`, since 6.15 it adds `emergency_ro`. */
function isReadOnly(mountinfo: string): boolean {
  const line = mountinfo.split('\n').find((one) => one.includes(` ${path} `)) ?? '';
  const options = line.split(' ').at(-1)?.split(',') ?? [];
  return options.includes('ro') || options.includes('emergency_ro');
}
