import type { Fault } from '../fault.ts';
import { feed, starve } from './shared/starve.ts';

const fault = 'dockerd-starved';
const unit = 'docker';

export const dockerdStarved: Fault = {
  name: fault,
  title: 'dockerd gets 3 % of a CPU under many requests: it makes progress and answers late',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerSlow' }],
  never: ['ContainerRuntimeUnhealthy/DockerHung'],
  break: (host) => {
    const call = "curl -s --max-time 120 --unix-socket /run/docker.sock 'http://docker/containers/json?all=1'";
    return starve(host, { fault, unit, quota: 3, call, callers: 100 });
  },
  mend: (host) => feed(host, { fault, unit }),
};
