import { checks } from '../lib/checks/index.ts';
import { requireConfig } from '../lib/config/load.ts';
import { type AgentConfig, type ConfigSchema, configSchema } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import type { Identity } from './compose.ts';

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

/** What of the configuration bears on the identity; a kubeconfig named on the command line wins. */
export function identityOf({ cluster, nodeName }: AgentConfig, kubeconfig: string | undefined): Identity {
  return {
    kubeconfig: kubeconfig ?? (cluster.kubeconfig === 'auto' ? undefined : cluster.kubeconfig),
    nodeName: nodeName === 'auto' ? undefined : nodeName,
  };
}
