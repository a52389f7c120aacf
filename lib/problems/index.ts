import type { ProblemDefinition } from '../model/problem.ts';
import { agentUnhealthy } from './agent-unhealthy.ts';
import { clockUnsynchronized } from './clock-unsynchronized.ts';
import { conntrackNearLimit } from './conntrack-near-limit.ts';
import { containerRuntimeUnhealthy } from './container-runtime-unhealthy.ts';
import { evictionSignalUnguarded } from './eviction-signal-unguarded.ts';
import { evictionThresholdMet } from './eviction-threshold-met.ts';
import { evictionThresholdNear } from './eviction-threshold-near.ts';
import { evictionThresholdRefused } from './eviction-threshold-refused.ts';
import { fileDescriptorsNearLimit } from './file-descriptors-near-limit.ts';
import { heartbeatAtRisk } from './heartbeat-at-risk.ts';
import { knownBadVersion } from './known-bad-version.ts';
import { kubeletCertificateExpiring } from './kubelet-certificate-expiring.ts';
import { kubeletUnhealthy } from './kubelet-unhealthy.ts';
import { mountUnresponsive } from './mount-unresponsive.ts';
import { nodeNetworkUnhealthy } from './node-network-unhealthy.ts';
import { nodeOvercommitted } from './node-overcommitted.ts';
import { pidsNearLimit } from './pids-near-limit.ts';
import { plegUnhealthy } from './pleg-unhealthy.ts';
import { podStuck } from './pod-stuck.ts';
import { readonlyFilesystem } from './readonly-filesystem.ts';
import { systemdOutdated } from './systemd-outdated.ts';
import { uninterruptibleTasks } from './uninterruptible-tasks.ts';

/** The catalogue of everything a check may find, in alphabetical order of its type. */
export const problems: readonly ProblemDefinition[] = [
  agentUnhealthy,
  clockUnsynchronized,
  conntrackNearLimit,
  containerRuntimeUnhealthy,
  evictionSignalUnguarded,
  evictionThresholdMet,
  evictionThresholdNear,
  evictionThresholdRefused,
  fileDescriptorsNearLimit,
  heartbeatAtRisk,
  knownBadVersion,
  kubeletCertificateExpiring,
  kubeletUnhealthy,
  mountUnresponsive,
  nodeNetworkUnhealthy,
  nodeOvercommitted,
  plegUnhealthy,
  pidsNearLimit,
  podStuck,
  readonlyFilesystem,
  systemdOutdated,
  uninterruptibleTasks,
];
