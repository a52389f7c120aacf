import { defineCheck } from '../model/check.ts';
import { seconds } from '../model/units.ts';
import { diskBadBlock } from '../problems/disk-bad-block.ts';
import { kernelDeadlock } from '../problems/kernel-deadlock.ts';
import { logConditions } from '../sources/host/log-conditions.ts';
import { judgeLog } from './logs/judge-log.ts';

/** What the operator's log monitors found in files; the daemon wakes it when a line changes something. */
export const fileLog = defineCheck({
  id: 'file-log',
  title: 'no log file tells of a lasting fault',
  interval: seconds(30),
  sources: { conditions: logConditions },
  problems: [diskBadBlock],
  settings: {},
  evaluate: ({ conditions }) =>
    judgeLog(conditions, { kind: 'filelog', name: 'log files', problems: [diskBadBlock, kernelDeadlock] }),
});
