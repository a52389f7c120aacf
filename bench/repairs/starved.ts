import { dockerdStarved } from '../../test/lab/faults/dockerd-starved.ts';
import { endHelpers, startHelper } from '../../test/lab/faults/shared/helper.ts';
import type { Scenario } from './scenario.ts';

const fault = 'bench-starved';
const file = '/var/lib/kubelet/bench-starved';
const MINUTES = 10;

/** Four busy loops on two CPUs, and readers of a large file in a group of 32 MB: the kernel reclaims all the time. */
const load = `
  cpu=/sys/fs/cgroup/cpu; [ -d $cpu ] || cpu=/sys/fs/cgroup
  memory=/sys/fs/cgroup/memory; [ -d $memory ] || memory=/sys/fs/cgroup
  mkdir -p $cpu/bench-starved $memory/bench-starved
  { echo 32M >$memory/bench-starved/memory.limit_in_bytes || echo 32M >$memory/bench-starved/memory.max; } 2>/dev/null
  truncate -s 1G ${file}
  for i in 1 2 3; do ( echo 0 >$memory/bench-starved/cgroup.procs; while :; do cat ${file} >/dev/null; done ) & done
  for i in 1 2 3 4; do ( while :; do :; done ) & done
  wait`;

export const starved: Scenario = {
  name: 'starved',
  title: 'both CPUs and the memory are taken, and dockerd gets 1 % of a CPU under 1200 requests',
  runtime: 'docker',
  problem: { type: 'ContainerRuntimeUnhealthy', reason: 'DockerSlow' },
  lookFor: MINUTES * 60,
  async strike(host, lab) {
    await startHelper(host, fault, load, (MINUTES + 2) * 60);
    await dockerdStarved.break(host, lab);
  },
  async mend(host, lab) {
    await endHelpers(host, fault);
    await host.sh(`rm -f ${file}; rmdir /sys/fs/cgroup/bench-starved /sys/fs/cgroup/*/bench-starved 2>/dev/null; true`);
    await dockerdStarved.mend(host, lab);
  },
};
