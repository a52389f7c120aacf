import type { Check } from '../model/check.ts';
import { clock } from './clock.ts';
import { conntrack } from './conntrack.ts';
import { containerRuntime } from './container-runtime.ts';
import { evictionConfig } from './eviction-config.ts';
import { evictionSignals } from './eviction-signals.ts';
import { fileDescriptors } from './file-descriptors.ts';
import { mounts } from './mounts.ts';
import { pids } from './pids.ts';
import { plegHealth } from './pleg-health.ts';
import { uninterruptibleTasks } from './uninterruptible-tasks.ts';

/** Every check, in alphabetical order of its id. */
export const checks: readonly Check[] = [
  clock,
  conntrack,
  containerRuntime,
  evictionConfig,
  evictionSignals,
  fileDescriptors,
  mounts,
  pids,
  plegHealth,
  uninterruptibleTasks,
];
