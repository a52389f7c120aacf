import type { Fault } from '../fault.ts';
import { feed, starve } from './shared/starve.ts';

const fault = 'containerd-starved';
const unit = 'containerd';
const socket = '/run/containerd/containerd.sock';

export const containerdStarved: Fault = {
  name: fault,
  title: 'containerd gets 1 % of a CPU under 1200 requests: it makes progress and answers late',
  runtimes: ['containerd'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdSlow' }],
  never: ['ContainerRuntimeUnhealthy/ContainerdHung'],
  break: (host, lab) => starve(host, lab, { fault, unit, socket, trifle: 'ctr version' }),
  mend: (host, lab) => feed(host, lab, { fault, unit }),
};
