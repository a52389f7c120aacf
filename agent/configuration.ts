import { checks } from '../lib/checks/index.ts';
import { type ConfigSchema, configSchema } from '../lib/config/schema.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';

/** The configuration of this program: its keys follow from what is registered. */
export function agentSchema(): ConfigSchema {
  return configSchema({ checks, remedies, problems });
}
