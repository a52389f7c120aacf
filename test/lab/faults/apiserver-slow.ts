import type { Fault } from '../fault.ts';
import { falseApi, trueApi } from './shared/false-api.ts';

export const apiserverSlow: Fault = {
  name: 'apiserver-slow',
  title: 'the API server answers this host 3 s late, the TLS handshake too',
  expects: [{ type: 'NodeNetworkUnhealthy', reason: 'ApiServerSlow' }],
  break: (host, lab) => falseApi(host, lab, 'slow'),
  mend: (host, lab) => trueApi(host, lab, 'slow'),
};
