import { ensureActive } from '../faults/shared/unit.ts';
import type { LabHost } from '../host.ts';
import { waitFor } from '../wait.ts';

const unit = '/usr/lib/systemd/system/kubelet.service';

/** RKE1 (rke/cluster/plan.go, BuildKubeletProcess): network and PIDs of the host, privileged, these paths of the host, restart always. */
const mounts = [
  '/etc/kubernetes:/etc/kubernetes',
  '/usr/libexec/kubernetes/kubelet-plugins:/usr/libexec/kubernetes/kubelet-plugins',
  '/etc/cni:/etc/cni:ro',
  '/opt/cni:/opt/cni:ro',
  '/etc/resolv.conf:/etc/resolv.conf',
  '/sys:/sys',
  '/var/lib/docker:/var/lib/docker:rw',
  '/var/lib/kubelet:/var/lib/kubelet:shared',
  '/var/run:/var/run:rw,rprivate',
  '/run:/run:rprivate',
  '/dev:/host/dev:rprivate',
  '/var/log/containers:/var/log/containers',
  '/var/log/pods:/var/log/pods',
  '/usr:/host/usr:ro',
  '/etc:/host/etc:ro',
  // Its image brings the kubelet and what it starts; here those are the host's own.
  '/usr/bin/kubelet:/bin/kubelet:ro',
  '/usr/lib:/usr/lib:ro',
  '/usr/lib:/lib:ro',
  '/usr/lib64:/lib64:ro',
  '/dev/kmsg:/dev/kmsg',
];

/** As --privileged, but for a capability that the machine itself may lack. */
const privileges = [
  '--cap-add ALL --cap-drop SYS_RESOURCE',
  '--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined',
  "--device-cgroup-rule 'a *:* rwm'",
].join(' ');

export async function kubeletInContainer(host: LabHost): Promise<void> {
  const volumes = mounts.map((mount) => `-v ${mount}`).join(' ');
  await host.sh(
    `args=$(tr '\\0' ' ' </proc/$(systemctl show --value -p MainPID kubelet)/cmdline); args=\${args#* }
    systemctl stop kubelet && mv ${unit} ${unit}.away && systemctl daemon-reload
    mkdir -p /usr/libexec/kubernetes/kubelet-plugins /etc/cni /opt/cni /var/log/containers /var/log/pods
    docker run -d --name kubelet --restart always --net host --pid host ${privileges} ${volumes} busybox:lab kubelet $args`,
  );
  const ask = async (): Promise<true | undefined> =>
    (await host.exec(['curl', '-sf', 'http://127.0.0.1:10248/healthz'])).code === 0 ? true : undefined;
  await waitFor('the kubelet in its container', ask, { timeoutMs: 30_000, see: 'docker logs kubelet' });
}

export async function kubeletOnHost(host: LabHost): Promise<void> {
  await host.sh(`docker rm -f kubelet; mv ${unit}.away ${unit}; systemctl daemon-reload`);
  await ensureActive(host, 'kubelet');
}
