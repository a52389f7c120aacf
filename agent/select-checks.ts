import { checks } from '../lib/checks/index.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import { nearest } from '../lib/model/nearest.ts';
import type { SelectedCheck } from './round.ts';
import { isOn, settingsOf } from './schedule.ts';

function refuseUnknown(only: readonly string[]): void {
  const ids = checks.map(({ id }) => id);
  for (const name of only) {
    if (ids.includes(name)) continue;
    const closest = nearest(name, ids);
    const hint = closest === undefined ? `one of: ${ids.join(', ')}` : `did you mean ${closest}?`;
    throw new AgentError('ARGUMENT_INVALID', `--only: no check ${JSON.stringify(name)}; ${hint}`);
  }
}

/** A check that is named runs, even if the configuration switched it off: a person asked for it. */
export function selectChecks(config: AgentConfig, only: readonly string[]): readonly SelectedCheck[] {
  refuseUnknown(only);
  return checks.flatMap((check) => {
    const selected = only.length === 0 ? isOn(check, config) : only.includes(check.id);
    return selected ? [{ check, settings: settingsOf(check, config) }] : [];
  });
}
