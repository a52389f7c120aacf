import { checks } from '../lib/checks/index.ts';
import { requireConfig } from '../lib/config/load.ts';
import { type AgentConfig, type ConfigSchema, configSchema } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';

/** The configuration of this program: its keys follow from what is registered. */
export function agentSchema(): ConfigSchema {
  return configSchema({ checks, remedies, problems });
}

/** The configuration in force on this host, or of the file that was named; throws AgentError with every problem in it. */
export async function configOf(host: HostView, file: string | undefined): Promise<AgentConfig> {
  return (await requireConfig(host, agentSchema(), file)).config;
}

/** What holds where no file says anything. */
export function defaultConfig(): AgentConfig {
  return agentSchema().parse({});
}
