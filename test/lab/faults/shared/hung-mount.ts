import type { LabHost } from '../../host.ts';
import { waitFor } from '../../wait.ts';
import { endHelpers, startHelper } from './helper.ts';

/**
 * A FUSE filesystem without any server: who holds the device's descriptor never reads a request, so every access waits
 * for ever, killable as on a dead NFS server.
 */
export async function mountHung(host: LabHost, fault: string, path: string): Promise<void> {
  const options = 'fd=3,rootmode=040000,user_id=0,group_id=0';
  await startHelper(
    host,
    fault,
    `mkdir -p '${path}' && exec 3<>/dev/fuse && mount -i -t fuse -o ${options} lab-${fault} '${path}' && exec sleep infinity`,
  );
  const ask = async (): Promise<true | undefined> =>
    (await host.sh('cat /proc/self/mountinfo')).includes(` ${path} `) ? true : undefined;
  await waitFor(`the mount ${path}`, ask, { timeoutMs: 10_000, see: `/var/log/lab-${fault}.log on ${host.name}` });
}

/** With the descriptor's holder the connection ends, and all who wait get ENOTCONN. */
export async function unmountHung(host: LabHost, fault: string): Promise<void> {
  await endHelpers(host, fault);
  await host.sh(`while read -r _ _ _ _ path _ _ rest; do
      case "$rest" in *"fuse lab-${fault} "*) umount -l "$path" && rmdir "$path" 2>/dev/null;; esac
    done </proc/self/mountinfo; true`);
}
