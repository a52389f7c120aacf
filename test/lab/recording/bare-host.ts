import type { LabHost } from '../host.ts';

/** Nothing of Kubernetes is left on the host: as a machine on which somebody tries the program out. */
export async function bareHost(host: LabHost): Promise<void> {
  await host.sh(
    `systemctl disable --quiet --now kubelet
    systemctl stop docker.socket docker containerd 2>/dev/null
    for pid in $(pgrep -f '^[^ ]*containerd-shim'); do pkill -KILL -P "$pid"; kill -KILL "$pid"; done
    dpkg --purge docker.io containerd runc
    for path in $(awk '$5 ~ "^/var/lib/kubelet/|^/run/(containerd|docker|netns)/" { print $5 }' /proc/self/mountinfo); do umount -l "$path"; done
    umount /var/lib/containerd /var/lib/kubelet
    rm -rf /usr/bin/kubelet /usr/lib/systemd/system/kubelet.service /etc/systemd/system/kubelet.service.d /etc/default/kubelet
    rm -rf /etc/kubernetes /etc/cni /opt/cni /var/lib/kubelet /var/lib/containerd /run/containerd /run/docker* /var/log/pods /var/log/containers
    systemctl daemon-reload; systemctl reset-failed; true`,
    { timeoutMs: 120_000 },
  );
}
