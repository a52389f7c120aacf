import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bytesOf } from '../../test/lab/disk.ts';
import type { LabHost } from '../../test/lab/host.ts';
import { must, run } from '../../test/lab/run.ts';

export const FILE_SYSTEMS = ['ext4', 'xfs'] as const;
export type FileSystem = (typeof FILE_SYSTEMS)[number];

export const OLD = '/var/lib/docker';
export const MOUNT = '/data';
export const TARGET = `${MOUNT}/docker`;
const DEVICE = '/dev/nodemend-move';

/** A path of the host as the machine sees it, its own mounts included. */
export const inHost = (host: LabHost, path: string): string => `/proc/${host.leader}/root${path}`;

/** The machine's rsync with the libraries that the host has not; below /usr/local a copy that takes its time, so that a fault can come in between. */
export async function putRsync(host: LabHost, perSecond: string): Promise<void> {
  const linked = await must(['ldd', '/usr/bin/rsync']);
  const libraries = [...linked.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => path);
  for (const path of libraries) {
    const there = join(host.root, 'usr/lib/x86_64-linux-gnu', basename(path));
    if (!existsSync(there)) copyFileSync(path, there);
  }
  copyFileSync('/usr/bin/rsync', join(host.root, 'usr/bin/rsync'));
  const slow = `#!/bin/sh\ncase " $* " in *--info=progress2*) exec /usr/bin/rsync --bwlimit=${perSecond} "$@" ;; esac\nexec /usr/bin/rsync "$@"\n`;
  writeFileSync(join(host.root, 'usr/local/bin/rsync'), slow, { mode: 0o755 });
}

const image = (host: LabHost) => join(host.root, '../disks/move.img');

export async function removeDisk(host: LabHost): Promise<void> {
  await host.exec(['sh', '-c', `umount -R ${MOUNT}; sed -i '\\#^${DEVICE}#d' /etc/fstab; rm -f ${DEVICE}`]);
  const used = await must(['losetup', '--noheadings', '--output', 'NAME', '--associated', image(host)]);
  for (const device of used.split('\n').filter((line) => line !== '')) await run(['losetup', '--detach', device.trim()]);
  rmSync(image(host), { force: true });
}

/** A file system of its own at /data, with its line in fstab. */
export async function addDisk(host: LabHost, type: FileSystem, size = '2G'): Promise<void> {
  await removeDisk(host);
  writeFileSync(image(host), '');
  truncateSync(image(host), bytesOf(size));
  await must(type === 'ext4' ? ['mkfs.ext4', '-q', '-F', '-m', '0', image(host)] : ['mkfs.xfs', '-q', '-f', image(host)]);
  const device = (await must(['losetup', '--find', '--show', image(host)])).trim();
  const { rdev } = statSync(device);
  const [major, minor] = [(rdev >> 8) & 0xfff, (rdev & 0xff) | ((rdev >> 12) & 0xfff00)];
  mkdirSync(join(host.root, MOUNT), { recursive: true });
  await host.sh(
    `mknod ${DEVICE} b ${major} ${minor}; echo '${DEVICE} ${MOUNT} ${type} defaults,nofail 0 0' >>/etc/fstab; mount ${MOUNT}`,
  );
}

/** docker back where the lab keeps it, by the command itself, and without what was made: who comes next finds the host as it was. */
export async function leaveAsFound(host: LabHost, daemonJson: string): Promise<void> {
  const own = "docker ps -a --format '{{.Names}}' | grep -E '^(a|b|runs)[0-9]+$'";
  await host.sh(`docker rm -f $(${own}) >/dev/null; docker volume rm shared >/dev/null`, { timeoutMs: 120_000 });
  await host.sh(
    "docker rmi $(docker images --format '{{.Repository}}:{{.Tag}}' | grep -E '^(imported|made|changed):') >/dev/null",
    {
      timeoutMs: 120_000,
    },
  );
  const move = '/opt/nodemend/nodemend docker migrate-data';
  await host.sh(`${move} --to ${OLD} --force --accept not-permanent --yes && ${move} --remove-old --yes`, { timeoutMs: 240_000 });
  // The default place by default again.
  writeFileSync(join(host.root, 'etc/docker/daemon.json'), daemonJson);
  await host.sh(
    'rm -f /etc/systemd/system/docker.service.d/50-nodemend-data-root.conf /usr/local/bin/rsync; systemctl daemon-reload',
  );
  await host.sh('systemctl restart docker', { timeoutMs: 120_000 });
  await removeDisk(host);
}
