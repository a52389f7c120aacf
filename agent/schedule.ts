import { checks } from '../lib/checks/index.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { ScheduledCheck } from './watch.ts';

/** The checks that are switched on, each with its interval and settings. */
export function schedule(config: AgentConfig): readonly ScheduledCheck[] {
  return checks.flatMap((check) => {
    const { enabled = true, interval = check.interval, ...settings } = config.checks[check.id] ?? {};
    return enabled ? [{ check, interval, settings: settings as ScheduledCheck['settings'] }] : [];
  });
}

/** Types that are not in the catalogue are those of an operator's files. */
const OF_FILES = 'custom-plugins';

/** The check that finds this type of problem. */
export const checkOf = (type: string): string =>
  checks.find(({ problems }) => problems.some((one) => one.type === type))?.id ?? OF_FILES;
