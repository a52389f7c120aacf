import { describe, expect, it } from 'vitest';
import { firstOf, podsOfContainers, processesOf } from '../../lib/drain-remedy/fencing.ts';
import type { HostProcess } from '../../lib/reboot/empty.ts';

const UID = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const process = (pid: number, groups: string | undefined, parent = 1): HostProcess => ({
  pid,
  parent,
  startTicks: pid,
  name: 'web',
  groups,
});
const pids = (found: readonly HostProcess[]) => found.map(({ pid }) => pid);

describe('the processes of one pod', () => {
  it.each([
    ['cgroupfs', `5:memory:/kubepods/burstable/pod${UID}/${A}`],
    ['systemd', `0::/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${A}.scope`],
    ['a container of which the runtime says whose it is', `5:memory:/k8s.io/${A}`],
    ['docker', `1:name=systemd:/docker/${A}`],
  ])('are found by their control groups: %s', (_name, groups) => {
    const podOf = new Map([[A, UID]]);

    expect(pids(processesOf(UID, [process(10, groups), process(11, '0::/system.slice/sshd.service')], podOf).mine)).toEqual([10]);
  });

  it('are those of no other pod', () => {
    const all = [process(10, `0::/kubepods/pod${UID}/${A}`), process(11, `0::/kubepods/pod${OTHER}/${B}`)];

    expect(processesOf(UID, all, new Map())).toEqual({ mine: [all[0]] });
  });

  it.each([
    ['a container of which nobody knows whose it is', `0::/k8s.io/${B}`],
    ['groups that cannot be read', undefined],
  ])('are not proved to be all: %s', (_name, groups) => {
    expect(processesOf(UID, [process(11, groups)], new Map([[A, UID]])).unproven).toContain('process 11');
  });

  it('include those that the kubelet told of before it died', () => {
    const pod = {
      metadata: { name: 'w', uid: UID },
      status: { containerStatuses: [{ name: 'c', containerID: `containerd://${A}` }] },
    };

    expect(podsOfContainers(undefined, [pod])).toEqual(new Map([[A, UID]]));
    expect(podsOfContainers(new Map([[B, UID]]), [pod])).toEqual(
      new Map([
        [A, UID],
        [B, UID],
      ]),
    );
  });

  it('begin with the first of each container', () => {
    expect(pids(firstOf([process(10, ''), process(11, '', 10), process(12, '', 9)]))).toEqual([10, 12]);
  });
});
