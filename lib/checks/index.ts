import type { Check } from '../model/check.ts';
import { agentHealth } from './agent-health.ts';
import { certificates } from './certificates.ts';
import { clock } from './clock.ts';
import { conntrack } from './conntrack.ts';
import { containerRuntime } from './container-runtime.ts';
import { customPlugins } from './custom-plugins.ts';
import { drainConditions } from './drain-conditions.ts';
import { evictionConfig } from './eviction-config.ts';
import { evictionSignals } from './eviction-signals.ts';
import { fileDescriptors } from './file-descriptors.ts';
import { fileLog } from './file-log.ts';
import { journalLog } from './journal-log.ts';
import { kernelLog } from './kernel-log.ts';
import { knownBadVersions } from './known-bad-versions.ts';
import { kubeletHealth } from './kubelet-health.ts';
import { mounts } from './mounts.ts';
import { nodeCommitment } from './node-commitment.ts';
import { nodeHeartbeat } from './node-heartbeat.ts';
import { nodeNetwork } from './node-network.ts';
import { pids } from './pids.ts';
import { plegHealth } from './pleg-health.ts';
import { podsStuck } from './pods-stuck.ts';
import { uninterruptibleTasks } from './uninterruptible-tasks.ts';
import { unitRestarts } from './unit-restarts.ts';

/** Every check, in alphabetical order of its id. */
export const checks: readonly Check[] = [
  agentHealth,
  certificates,
  clock,
  conntrack,
  containerRuntime,
  customPlugins,
  drainConditions,
  evictionConfig,
  evictionSignals,
  fileDescriptors,
  fileLog,
  journalLog,
  kernelLog,
  knownBadVersions,
  kubeletHealth,
  mounts,
  nodeCommitment,
  nodeHeartbeat,
  nodeNetwork,
  pids,
  plegHealth,
  podsStuck,
  uninterruptibleTasks,
  unitRestarts,
];
