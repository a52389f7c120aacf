import type { LogKind } from '../../lib/sources/host/log-conditions.ts';

/** The check that tells what the monitors of a kind of log found. */
export const LOG_CHECKS: Readonly<Record<LogKind, string>> = {
  kmsg: 'kernel-log',
  journald: 'journal-log',
  filelog: 'file-log',
};
