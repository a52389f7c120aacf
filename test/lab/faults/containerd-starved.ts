import type { Fault } from '../fault.ts';
import { feed, starve } from './shared/starve.ts';

const fault = 'containerd-starved';
const unit = 'containerd';

export const containerdStarved: Fault = {
  name: fault,
  title: 'containerd gets 2 % of a CPU under many requests: it makes progress and answers late',
  runtimes: ['containerd'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdSlow' }],
  never: ['ContainerRuntimeUnhealthy/ContainerdHung'],
  // Each caller is a Go program of its own, hence so few.
  break: (host) => {
    const call = 'while :; do ctr -n k8s.io --timeout 120s containers ls >/dev/null 2>&1; sleep 0.1; done';
    return starve(host, { fault, unit, quota: 2, load: `for i in $(seq 16); do ( ${call} ) & done; wait` });
  },
  mend: (host) => feed(host, { fault, unit }),
};
