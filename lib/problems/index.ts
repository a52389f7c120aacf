import type { ProblemDefinition } from '../model/problem.ts';
import { agentUnhealthy } from './agent-unhealthy.ts';
import { clockUnsynchronized } from './clock-unsynchronized.ts';
import { conntrackExhausted } from './conntrack-exhausted.ts';
import { conntrackNearLimit } from './conntrack-near-limit.ts';
import { containerRuntimeUnhealthy } from './container-runtime-unhealthy.ts';
import { corruptDockerOverlay2 } from './corrupt-docker-overlay2.ts';
import { cperHardwareErrorFatal } from './cper-hardware-error-fatal.ts';
import { diskBadBlock } from './disk-bad-block.ts';
import { diskFailure } from './disk-failure.ts';
import { drainConditionMet } from './drain-condition-met.ts';
import { evictionSignalUnguarded } from './eviction-signal-unguarded.ts';
import { evictionThresholdMet } from './eviction-threshold-met.ts';
import { evictionThresholdNear } from './eviction-threshold-near.ts';
import { evictionThresholdRefused } from './eviction-threshold-refused.ts';
import { evictionTuningBroken } from './eviction-tuning-broken.ts';
import { fileDescriptorsNearLimit } from './file-descriptors-near-limit.ts';
import { frequentContainerdRestart } from './frequent-containerd-restart.ts';
import { frequentDockerRestart } from './frequent-docker-restart.ts';
import { frequentKubeletRestart } from './frequent-kubelet-restart.ts';
import { gpuFailure } from './gpu-failure.ts';
import { heartbeatAtRisk } from './heartbeat-at-risk.ts';
import { kernelDeadlock } from './kernel-deadlock.ts';
import { knownBadVersion } from './known-bad-version.ts';
import { kubeletCertificateExpiring } from './kubelet-certificate-expiring.ts';
import { kubeletCertificateInvalid } from './kubelet-certificate-invalid.ts';
import { kubeletUnhealthy } from './kubelet-unhealthy.ts';
import { memoryFailure } from './memory-failure.ts';
import { mountUnresponsive } from './mount-unresponsive.ts';
import { nfsUnavailable } from './nfs-unavailable.ts';
import { nodeNetworkUnhealthy } from './node-network-unhealthy.ts';
import { nodeOvercommitted } from './node-overcommitted.ts';
import { pidsNearLimit } from './pids-near-limit.ts';
import { plegUnhealthy } from './pleg-unhealthy.ts';
import { pluginUnhealthy } from './plugin-unhealthy.ts';
import { podStuck } from './pod-stuck.ts';
import { readonlyFilesystem } from './readonly-filesystem.ts';
import { systemdOutdated } from './systemd-outdated.ts';
import { uninterruptibleTasks } from './uninterruptible-tasks.ts';
import { xfsShutdown } from './xfs-shutdown.ts';

/** The catalogue of everything a check may find, in alphabetical order of its type. */
export const problems: readonly ProblemDefinition[] = [
  agentUnhealthy,
  clockUnsynchronized,
  conntrackExhausted,
  conntrackNearLimit,
  containerRuntimeUnhealthy,
  corruptDockerOverlay2,
  cperHardwareErrorFatal,
  diskBadBlock,
  diskFailure,
  drainConditionMet,
  evictionSignalUnguarded,
  evictionThresholdMet,
  evictionThresholdNear,
  evictionThresholdRefused,
  evictionTuningBroken,
  fileDescriptorsNearLimit,
  frequentContainerdRestart,
  frequentDockerRestart,
  frequentKubeletRestart,
  gpuFailure,
  heartbeatAtRisk,
  kernelDeadlock,
  knownBadVersion,
  kubeletCertificateExpiring,
  kubeletCertificateInvalid,
  kubeletUnhealthy,
  memoryFailure,
  mountUnresponsive,
  nfsUnavailable,
  nodeNetworkUnhealthy,
  nodeOvercommitted,
  plegUnhealthy,
  pidsNearLimit,
  pluginUnhealthy,
  podStuck,
  readonlyFilesystem,
  systemdOutdated,
  uninterruptibleTasks,
  xfsShutdown,
];
