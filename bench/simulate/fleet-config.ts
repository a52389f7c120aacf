import { defaultConfig } from '../../agent/configuration.ts';
import type { AgentConfig } from '../../lib/config/schema.ts';

const on = { enabled: true, attempts: 3, cooldown: 300_000, per: 3_600_000 } as const;

/** The defaults, with the rungs that an operator switches on, and a budget in percent. */
export function configOfFleet(): AgentConfig {
  const config = defaultConfig();
  return {
    ...config,
    remedies: { ...config.remedies, drain: { ...on, disruption: 'workload' }, reboot: { ...on, disruption: 'node' } },
    guards: {
      ...config.guards,
      fleet: { maxConcurrent: { count: 0, ratio: 0.01 }, perZone: { count: 0, ratio: 0.02 } },
    },
  };
}
