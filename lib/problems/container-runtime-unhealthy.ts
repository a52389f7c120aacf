import { defineProblem } from '../model/problem.ts';

const D_STATE = {
  text: 'Look for D state, a full disk or a dead mount first: no restart cures those',
  command: "ps -eLo pid,tid,stat,wchan:32,comm | awk '$3 ~ /^D/'; df -h /var/lib; df -i /var/lib",
};
const JOURNAL = (unit: string) => ({ text: `Read what ${unit} said last`, command: `journalctl -u ${unit} -n 50 --no-pager` });
const START = (unit: string) => ({ text: 'Start it again', command: `systemctl reset-failed ${unit}; systemctl start ${unit}` });
const WHO_STARVES = {
  text: 'It works, or waits for a CPU or the disk: find who takes them instead of restarting it',
  command: 'top -b -n 1 | head -20; cat /proc/pressure/cpu /proc/pressure/io',
};
const hung = (description: string, unit: string) =>
  ({ severity: 'critical', description, advice: [D_STATE, JOURNAL(unit)] }) as const;
const down = (description: string, unit: string) =>
  ({ severity: 'critical', description, advice: [JOURNAL(unit), START(unit)] }) as const;
const slow = (description: string) => ({ severity: 'warning', description, advice: [WHO_STARVES] }) as const;

export const containerRuntimeUnhealthy = defineProblem({
  type: 'ContainerRuntimeUnhealthy',
  title: 'the container runtime does not do its work',
  meaning:
    'The kubelet starts, stops and watches containers through the runtime. While it hangs running containers go on, but nothing is started, stopped, probed by exec or cleaned up; three minutes later PLEG is unhealthy and the node NotReady.',
  detection:
    'The cheapest call (docker: /_ping, CRI: Version) and the full list of containers go over the socket, each with 8s. Hung: no answer, and in that time all threads of the daemon together used less than 20ms of CPU and hardly waited for one, or it is in state T or D. Slow: no answer, but progress; it must stand 60s (list: 120s) to be active. Down: nobody listens, or its unit is not running. ContainerHung: inspect of that container (containerd: its stats) has no answer within 2s while others have; active at once when its shim is stopped, else after 20s. All are inspected when the relist is late, a shim is stopped or something else is wrong, otherwise those of the pods that changed',
  advice: [D_STATE],
  settings: ['checks.container-runtime.hungCpu', 'checks.container-runtime.starvedShare'],
  ladder: ['restart-runtime', 'drain', 'reboot'],
  reasons: {
    DockerHung: hung('dockerd accepts calls, answers none and does nothing', 'docker.service'),
    DockerSlow: slow('dockerd owes an answer and is at work, or has no CPU to work with'),
    DockerDown: down('dockerd does not run, does not listen, or answers with errors only', 'docker.service'),
    CriDockerdHung: hung('cri-dockerd accepts calls, answers none and does nothing', 'cri-docker.service'),
    CriDockerdDown: down('cri-dockerd does not run, does not listen, or says it is not ready', 'cri-docker.service'),
    ContainerdHung: hung('containerd accepts calls, answers none and does nothing', 'containerd.service'),
    ContainerdSlow: slow('containerd owes an answer and is at work, or has no CPU to work with'),
    ContainerdDown: down(
      'containerd does not run, does not listen, has no CRI where the kubelet needs it, or says it is not ready',
      'containerd.service',
    ),
    CrioHung: hung('CRI-O accepts calls, answers none and does nothing', 'crio.service'),
    CrioDown: down('CRI-O does not run, does not listen, or says it is not ready', 'crio.service'),
    ContainerHung: {
      severity: 'warning',
      description:
        'One container answers no inspect while the others do; it stalls the relist of the whole node as soon as its pod changes',
      ladder: ['end-stuck-shim', 'restart-runtime'],
      clearedBy: 'containers',
    },
  },
});
