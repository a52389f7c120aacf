import type { Fault } from '../fault.ts';
import { falseApi, trueApi } from './shared/false-api.ts';

export const apiserverHanging: Fault = {
  name: 'apiserver-hanging',
  title: 'the API server accepts this host and never answers',
  expects: [{ type: 'NodeNetworkUnhealthy', reason: 'ApiServerUnreachable' }],
  break: (host, lab) => falseApi(host, lab, 'hanging'),
  mend: (host, lab) => trueApi(host, lab, 'hanging'),
};
