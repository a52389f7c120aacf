import { writeFileSync } from 'node:fs';
import { podName } from '../faults/shared/pods.ts';
import type { LabHost } from '../host.ts';
import type { Lab } from '../lab.ts';
import { must } from '../run.ts';
import { waitFor } from '../wait.ts';

/** An error of the runtime's ext4 that the kernel answers with `errors=remount-ro`, as after a bad block. Only a reboot brings it back. */
export async function makeReadOnly(host: LabHost): Promise<void> {
  const disk = host.disks.runtime ?? '';
  const device = (await must(['findmnt', '-n', '-o', 'SOURCE', disk])).trim().replace('/dev/', '');
  await must(['mount', '-o', 'remount,errors=remount-ro', disk]);
  writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'lab');
  const refuses = async (): Promise<true | undefined> =>
    (await host.exec(['touch', `/var/lib/${host.runtime}/lab`])).stderr.includes('Read-only') ? true : undefined;
  await waitFor(`the disk of ${host.runtime} to be read-only`, refuses, { timeoutMs: 10_000 });
}

/** A pod that is bound to the node now and will not get its container. */
export async function startPodWithoutDisk(lab: Lab, host: LabHost): Promise<void> {
  const name = podName('readonly-disk', host);
  const container = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never' };
  const spec = { hostNetwork: true, nodeName: host.name, containers: [container] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec };
  await lab.kubectl(['create', '-f', '-'], { input: JSON.stringify(pod) });
}
