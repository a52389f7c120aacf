import type { LogMonitor, LogSource } from '../config/log-monitor.ts';
import type { LogRule } from '../config/log-rule.ts';
import { compileLineRule, type LineRule } from '../match/line-rule.ts';
import { containerdRules, dockerRules, kubeletRules, systemdRules } from './daemons.ts';
import { gpuRules, memoryErrorRules } from './hardware.ts';
import { lockupRules, memoryRules, oopsRules, taskRules } from './kernel-tasks.ts';
import { networkRules } from './network.ts';
import type { DefaultMonitor, DefaultRule } from './rule.ts';
import { blockRules, filesystemRules } from './storage.ts';

const journal = (identifier: string) => ({ plugin: 'journald' as const, identifier });

/** The rules that hold without any file. */
export const defaultMonitors: readonly DefaultMonitor[] = [
  {
    id: 'default:kernel',
    source: 'kernel-monitor',
    log: { plugin: 'kmsg' },
    conditions: [
      { type: 'KernelDeadlock', reason: 'KernelHasNoDeadlock', message: 'kernel has no deadlock' },
      { type: 'ReadonlyFilesystem', reason: 'FilesystemIsNotReadOnly', message: 'Filesystem is not read-only' },
      { type: 'XfsShutdown', reason: 'XfsHasNotShutDown', message: 'XFS has not shutdown' },
      { type: 'CperHardwareErrorFatal', reason: 'CperHardwareHasNoFatalError', message: 'UEFI CPER has no fatal error' },
      { type: 'DiskFailure', reason: 'DisksRespond', message: 'no disk has failed' },
      { type: 'MemoryFailure', reason: 'MemoryHasNoUncorrectedError', message: 'memory has no uncorrected error' },
      { type: 'GpuFailure', reason: 'GpusRespond', message: 'no GPU has failed' },
      { type: 'ConntrackExhausted', reason: 'ConntrackHasRoom', message: 'the connection tracking table has room' },
      { type: 'NfsUnavailable', reason: 'NfsServersRespond', message: 'every NFS server responds' },
    ],
    rules: [
      ...taskRules,
      ...lockupRules,
      ...oopsRules,
      ...memoryRules,
      ...filesystemRules,
      ...blockRules,
      ...memoryErrorRules,
      ...gpuRules,
      ...networkRules,
    ],
  },
  {
    id: 'default:kubelet',
    source: 'kubelet-monitor',
    log: journal('kubelet'),
    conditions: [
      {
        type: 'KubeletCertificateInvalid',
        reason: 'KubeletCertificatesAreValid',
        message: 'the kubelet’s certificates are valid',
      },
    ],
    rules: kubeletRules,
  },
  { id: 'default:containerd', source: 'containerd-monitor', log: journal('containerd'), conditions: [], rules: containerdRules },
  {
    id: 'default:docker',
    source: 'docker-monitor',
    log: journal('dockerd'),
    conditions: [
      { type: 'CorruptDockerOverlay2', reason: 'NoCorruptDockerOverlay2', message: 'docker overlay2 is functioning properly' },
    ],
    rules: dockerRules,
  },
  { id: 'default:systemd', source: 'systemd-monitor', log: journal('systemd'), conditions: [], rules: systemdRules },
];

function compile(pattern: string): LineRule {
  const rule = compileLineRule(pattern);
  if ('regexp' in rule) return rule;
  throw new TypeError(`a default rule does not compile: ${rule.message}`);
}

/** Found anywhere in a line; a file's rules must match to its end. */
const anywhere = (pattern: string) => compile(`(?m:${pattern})(?s:.*)`);

function toLogRule({ reason, condition, severity, pattern, revert, recheck, quietPeriod }: DefaultRule): LogRule {
  return {
    reason,
    severity,
    line: anywhere(pattern),
    suffix: '',
    ...(condition === undefined ? {} : { condition }),
    ...(revert === undefined ? {} : { revert: anywhere(revert) }),
    ...(recheck === undefined ? {} : { recheck }),
    ...(quietPeriod === undefined ? {} : { quietPeriod }),
  };
}

const toSource = (log: DefaultMonitor['log']): LogSource => (log.plugin === 'kmsg' ? log : { ...log, path: '' });

/** Beyond the five minutes that node-problem-detector's own files look back. */
const LOOKBACK = 300_000;

export function toLogMonitor({ id, source, log, conditions, rules }: DefaultMonitor): LogMonitor {
  return {
    kind: 'log',
    file: id,
    source,
    log: toSource(log),
    start: { lookback: LOOKBACK, delay: 0 },
    bufferSize: 1,
    conditions,
    rules: rules.map(toLogRule),
    metricsReporting: true,
  };
}
