import type { Fault } from '../fault.ts';
import { feed, starve } from './shared/starve.ts';

const fault = 'dockerd-starved';
const unit = 'docker';
const socket = '/run/docker.sock';

export const dockerdStarved: Fault = {
  name: fault,
  title: 'dockerd gets 1 % of a CPU under 1200 requests: it makes progress and answers late',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerSlow' }],
  never: ['ContainerRuntimeUnhealthy/DockerHung'],
  break: (host, lab) => starve(host, lab, { fault, unit, socket, trifle: 'docker version' }),
  mend: (host, lab) => feed(host, lab, { fault, unit }),
};
