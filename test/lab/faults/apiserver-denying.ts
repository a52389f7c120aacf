import type { Fault } from '../fault.ts';
import { falseApi, trueApi } from './shared/false-api.ts';

export const apiserverDenying: Fault = {
  name: 'apiserver-denying',
  title: 'the API server answers 403 to everything this host asks',
  expects: [{ type: 'HeartbeatAtRisk', reason: 'KubeletDenied' }],
  break: (host, lab) => falseApi(host, lab, 'denying'),
  mend: (host, lab) => trueApi(host, lab, 'denying'),
};
