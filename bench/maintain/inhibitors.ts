import { randomUUID } from 'node:crypto';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { bootId, expect, inHost, leftOf, maintain, nodeNow, START, withPods } from './host.ts';

interface Case {
  readonly what: string;
  /** Done by the command of the maintenance, on the drained node: the look at the beginning has not seen it. */
  readonly command: string;
  readonly says: RegExp;
  readonly undo: string;
}

const uid = randomUUID();

/** Wherever a kubelet of this host would have put it. */
const group = `g=$(ls -d /sys/fs/cgroup/pids /sys/fs/cgroup/memory 2>/dev/null | head -1); g=\${g:-/sys/fs/cgroup}/kubepods/burstable/pod${uid}`;

export const CASES: readonly Case[] = [
  {
    what: 'a file',
    command: 'mkdir -p /etc/nodemend; touch /etc/nodemend/no-reboot',
    says: /\/etc\/nodemend\/no-reboot exists/,
    undo: 'rm -f /etc/nodemend/no-reboot',
  },
  {
    what: 'a block lock of systemd-logind',
    command:
      'systemd-run --quiet --unit=bench-block systemd-inhibit --what=shutdown --mode=block --who=rpm --why=works sleep 600; sleep 1',
    says: /rpm blocks a shutdown: works/,
    undo: 'systemctl stop bench-block',
  },
  {
    what: 'an annotation',
    command: `KUBECONFIG=/root/.kube/config kubectl annotate --overwrite node "$(hostname)" nodemend.io/no-reboot=true`,
    says: /nodemend.io\/no-reboot=true/,
    undo: '',
  },
  {
    what: "a process left in a pod's control group",
    command: `${group}; mkdir -p $g; systemd-run --quiet --unit=bench-left sleep 600; sleep 0.5; systemctl show -p MainPID --value bench-left > $g/cgroup.procs`,
    says: new RegExp(`process \\d+ \\(sleep\\) is of a pod that nobody knows \\(${uid}\\)`),
    undo: `systemctl stop bench-left; ${group}; rmdir $g`,
  },
];

/** Each alone keeps the host up; the node stays cordoned until a person decides. */
export async function inhibitors(lab: Lab, host: LabHost): Promise<void> {
  const before = await bootId(host);
  for (const { what, command, says, undo } of CASES) {
    await withPods(lab, host);
    const byHand = what === 'an annotation';
    if (byHand) await lab.kubectl(['annotate', '--overwrite', 'node', host.name, 'nodemend.io/no-reboot=true']);
    const { code, stdout, stderr } = await maintain(host, [...START, '--reboot', '--', 'sh', '-c', byHand ? 'true' : command]);
    expect(`${what} holds the reboot, and is named`, code === 1 && says.test(stdout), [code, stdout, stderr]);
    expect(
      '… the host was not rebooted, and the node stays cordoned',
      (await bootId(host)) === before && (await nodeNow(lab, host.name)).cordoned,
    );
    if (undo !== '') await inHost(host, ['sh', '-c', undo]);
    await lab.kubectl(['annotate', 'node', host.name, 'nodemend.io/no-reboot-']);
    const aborted = await maintain(host, ['--abort']);
    const left = await leftOf(lab, host);
    expect('… --abort takes it back', aborted.code === 0 && left.length === 0, [aborted.stdout, aborted.stderr, left]);
  }
}
