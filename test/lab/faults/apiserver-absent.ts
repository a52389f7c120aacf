import type { Fault } from '../fault.ts';
import { redirectApi, stopRedirect } from './shared/redirect.ts';

const name = 'apiserver-absent';

export const apiserverAbsent: Fault = {
  name,
  title: 'the API server refuses every connection of this host',
  expects: [{ type: 'NodeNetworkUnhealthy', reason: 'ApiServerUnreachable' }],
  async break(host, lab) {
    await stopRedirect(host, name);
    await redirectApi(host, lab, name, 'refuse');
  },
  mend: (host) => stopRedirect(host, name),
};
