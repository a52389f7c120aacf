import type { Fault } from '../fault.ts';

export const defaultRouteLost: Fault = {
  name: 'default-route-lost',
  title: 'the host has no default route',
  expects: [{ type: 'NodeNetworkUnhealthy', reason: 'NoDefaultRoute' }],
  break: async (host) => void (await host.sh('ip route delete default')),
  mend: async (host, lab) => void (await host.sh(`ip route replace default via ${lab.gateway}`)),
};
