import type { Fault } from '../fault.ts';
import { mountHung, unmountHung } from './shared/hung-mount.ts';
import { deletePods, podName } from './shared/pods.ts';

const name = 'fuse-hung-volume';

export const fuseHungVolume: Fault = {
  name,
  title: "a pod's volume is a FUSE mount whose server never answers, as after the death of a CSI driver",
  expects: [{ type: 'MountUnresponsive', reason: 'MountHung', subject: '/volumes/kubernetes.io~csi/data/mount' }],
  async break(host, lab) {
    const pod = podName(name, host);
    await lab.runPods({ name: pod, count: 1, node: host.name });
    const uid = (await lab.kubectl(['get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}'])).stdout;
    await mountHung(host, name, `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~csi/data/mount`);
  },
  async mend(host, lab) {
    await unmountHung(host, name);
    await host.sh(
      'rmdir /var/lib/kubelet/pods/*/volumes/kubernetes.io~csi/data /var/lib/kubelet/pods/*/volumes/kubernetes.io~csi 2>/dev/null || true',
    );
    await deletePods(lab, podName(name, host));
  },
};
