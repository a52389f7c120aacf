import { defineCheck } from '../model/check.ts';
import { seconds } from '../model/units.ts';
import { conntrackExhausted } from '../problems/conntrack-exhausted.ts';
import { cperHardwareErrorFatal } from '../problems/cper-hardware-error-fatal.ts';
import { diskFailure } from '../problems/disk-failure.ts';
import { gpuFailure } from '../problems/gpu-failure.ts';
import { kernelDeadlock } from '../problems/kernel-deadlock.ts';
import { memoryFailure } from '../problems/memory-failure.ts';
import { nfsUnavailable } from '../problems/nfs-unavailable.ts';
import { readonlyFilesystem } from '../problems/readonly-filesystem.ts';
import { xfsShutdown } from '../problems/xfs-shutdown.ts';
import { logConditions } from '../sources/host/log-conditions.ts';
import { judgeLog } from './logs/judge-log.ts';

const problems = [
  conntrackExhausted,
  cperHardwareErrorFatal,
  diskFailure,
  gpuFailure,
  kernelDeadlock,
  memoryFailure,
  nfsUnavailable,
  readonlyFilesystem,
  xfsShutdown,
];

/** What the log monitors found in /dev/kmsg; the daemon wakes it when a line changes something. */
export const kernelLog = defineCheck({
  id: 'kernel-log',
  title: 'the kernel log tells of no lasting fault',
  interval: seconds(30),
  sources: { conditions: logConditions },
  problems,
  settings: {},
  evaluate: ({ conditions }) => judgeLog(conditions, { kind: 'kmsg', name: '/dev/kmsg', problems }),
});
