import { defineCheck } from '../model/check.ts';
import { seconds } from '../model/units.ts';
import { corruptDockerOverlay2 } from '../problems/corrupt-docker-overlay2.ts';
import { kubeletCertificateInvalid } from '../problems/kubelet-certificate-invalid.ts';
import { logConditions } from '../sources/host/log-conditions.ts';
import { judgeLog } from './logs/judge-log.ts';

const problems = [corruptDockerOverlay2, kubeletCertificateInvalid];

/** What the log monitors found in the journal; the daemon wakes it when an entry changes something. */
export const journalLog = defineCheck({
  id: 'journal-log',
  title: 'the journal tells of no lasting fault',
  interval: seconds(30),
  sources: { conditions: logConditions },
  problems,
  settings: {},
  evaluate: ({ conditions }) => judgeLog(conditions, { kind: 'journald', name: 'the journal', problems }),
});
