import { containerdHung } from '../../test/lab/faults/containerd-hung.ts';
import { dockerdDeadlocked } from '../../test/lab/faults/dockerd-deadlocked.ts';
import { dockerdHung } from '../../test/lab/faults/dockerd-hung.ts';
import { dockerdListHung } from '../../test/lab/faults/dockerd-list-hung.ts';
import { kubeletHung } from '../../test/lab/faults/kubelet-hung.ts';
import { kubeletKilled } from '../../test/lab/faults/kubelet-killed.ts';
import { heldScenarios } from './held.ts';
import { notHelping } from './not-helping.ts';
import type { Scenario } from './scenario.ts';
import { starved } from './starved.ts';
import { stuckScenarios } from './stuck.ts';

const runtimeProblem = (reason: string) => ({ type: 'ContainerRuntimeUnhealthy', reason });
const kubeletProblem = (reason: string) => ({ type: 'KubeletUnhealthy', reason });

export const scenarios: readonly Scenario[] = [
  {
    name: 'docker-hung',
    title: dockerdHung.title,
    runtime: 'docker',
    problem: runtimeProblem('DockerHung'),
    remedy: 'restart-runtime',
    unit: 'docker',
    limits: { found: 12, fresh: 30 },
    strike: dockerdHung.break,
    mend: dockerdHung.mend,
  },
  {
    name: 'docker-hung-ignores-sigterm',
    title: dockerdDeadlocked.title,
    runtime: 'docker',
    problem: runtimeProblem('DockerHung'),
    remedy: 'restart-runtime',
    unit: 'docker',
    limits: { found: 12, fresh: 45 },
    strike: dockerdDeadlocked.break,
    mend: dockerdDeadlocked.mend,
  },
  {
    name: 'docker-partial-deadlock',
    title: dockerdListHung.title,
    runtime: 'docker',
    problem: runtimeProblem('DockerHung'),
    remedy: 'restart-runtime',
    unit: 'docker',
    limits: { found: 75, fresh: 90 },
    strike: dockerdListHung.break,
    mend: dockerdListHung.mend,
  },
  {
    name: 'containerd-hung',
    title: containerdHung.title,
    runtime: 'containerd',
    problem: runtimeProblem('ContainerdHung'),
    remedy: 'restart-runtime',
    unit: 'containerd',
    limits: { found: 12, fresh: 30 },
    strike: containerdHung.break,
    mend: containerdHung.mend,
  },
  {
    name: 'containerd-hung-under-docker',
    title: `${containerdHung.title}; the kubelet talks to docker`,
    runtime: 'docker',
    problem: runtimeProblem('ContainerdHung'),
    remedy: 'restart-runtime',
    unit: 'containerd',
    limits: { found: 12, fresh: 30 },
    strike: containerdHung.break,
    mend: containerdHung.mend,
  },
  {
    name: 'kubelet-hung',
    title: kubeletHung.title,
    runtime: 'docker',
    problem: kubeletProblem('KubeletHung'),
    remedy: 'restart-kubelet',
    unit: 'kubelet',
    limits: { restarted: 25 },
    kubeletRestarts: true,
    strike: kubeletHung.break,
    mend: kubeletHung.mend,
  },
  {
    name: 'kubelet-plain-restart',
    title: 'systemctl restart kubelet: what a restart of this version costs without any fault',
    runtime: 'docker',
    unit: 'kubelet',
    kubeletRestarts: true,
    lookFor: 20,
    async strike(host) {
      await host.sh('systemctl restart kubelet');
    },
    mend: async () => undefined,
  },
  {
    name: 'kubelet-killed',
    title: kubeletKilled.title,
    runtime: 'docker',
    problem: kubeletProblem('KubeletDown'),
    unit: 'kubelet',
    kubeletRestarts: true,
    healedBy: 'systemd',
    strike: kubeletKilled.break,
    mend: kubeletKilled.mend,
  },
  ...stuckScenarios,
  ...heldScenarios,
  starved,
  notHelping,
];
