import type { AgentConfig } from '../../lib/config/schema.ts';
import type { RebootSettings } from '../../lib/model/reboot.ts';

/** Undefined: this configuration knows nothing of reboots. */
export function rebootSettings({ remedies }: Pick<AgentConfig, 'remedies'>): RebootSettings | undefined {
  const { inhibitors, within, validation } = remedies.reboot ?? {};
  if (inhibitors === undefined || within === undefined || validation === undefined) return undefined;
  return { inhibitors, within, validation };
}
