import { checks } from '../lib/checks/index.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { Check } from '../lib/model/check.ts';
import type { ScheduledCheck } from './watch.ts';

/** Its own in the configuration, or those of the remedy that it looks out for. */
export function settingsOf(check: Check, { checks: configured, remedies }: AgentConfig): ScheduledCheck['settings'] {
  const { enabled: _enabled, interval: _interval, ...settings } = configured[check.id] ?? {};
  if (check.ofRemedy === undefined) return settings as ScheduledCheck['settings'];
  const of = { ...remedies[check.ofRemedy] } as Readonly<Record<string, unknown>>;
  const isOn = of.enabled === true;
  const values = Object.keys(check.settings).map((name) => {
    const value = isOn ? of[name] : undefined;
    return [name, Array.isArray(value) ? value : [value].filter((one) => typeof one === 'string' && one !== '')];
  });
  return Object.fromEntries(values) as ScheduledCheck['settings'];
}

/** Switched on, and something to look at. */
export function isOn(check: Check, config: AgentConfig): boolean {
  return config.checks[check.id]?.enabled !== false && check.isOff?.(settingsOf(check, config)) !== true;
}

/** The checks that are switched on, each with its interval and settings. */
export function schedule(config: AgentConfig): readonly ScheduledCheck[] {
  return checks.flatMap((check) => {
    const { interval = check.interval } = config.checks[check.id] ?? {};
    return isOn(check, config) ? [{ check, interval, settings: settingsOf(check, config) }] : [];
  });
}

/** Types that are not in the catalogue are those of an operator's files. */
const OF_FILES = 'custom-plugins';

/** The check that finds this type of problem. */
export const checkOf = (type: string): string =>
  checks.find(({ problems }) => problems.some((one) => one.type === type))?.id ?? OF_FILES;
