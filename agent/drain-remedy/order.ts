import type { Intent } from '../../lib/model/incident.ts';
import { isKind } from '../../lib/model/incident.ts';
import type { MoveOrder, MoveVerb } from '../../lib/model/move-work.ts';
import { attemptHistory } from '../../lib/policy/budget.ts';
import { identityOf } from '../configuration.ts';
import { mayBeControlPlane } from '../control-plane.ts';
import { presentFacts } from '../deciding.ts';
import { statePaths } from '../state-paths.ts';
import type { ErrandParts } from './errands.ts';
import { drainSettings } from './settings.ts';

/** Of a cordon that is taken back its problem is over, and only its incident is left. */
function openedBy({ ledger, host }: ErrandParts, { incident, type }: Intent) {
  const opened = ledger.entries.filter(isKind('opened')).find((entry) => entry.incident === incident);
  return { since: opened?.at ?? host.clock.now(), reason: opened?.reason ?? type };
}

function isLast({ ledger, config, moment }: ErrandParts, { incident, type, subject, remedy }: Intent): boolean {
  const { per = 0, attempts = 1 } = config.remedies[remedy] ?? {};
  const before = attemptHistory(ledger.entries, { type, subject, remedy, incident, again: true }, per, moment());
  return before.attempts + 1 >= attempts;
}

/** Everything that the program needs to know; undefined: nothing is configured. */
export async function orderOf(
  parts: ErrandParts,
  intent: Intent,
  { verb, recordFile }: { readonly verb: MoveVerb; readonly recordFile: string },
): Promise<MoveOrder | undefined> {
  const { config, host } = parts;
  const settings = drainSettings(config);
  if (settings === undefined) return undefined;
  const { action, incident, type, subject } = intent;
  const { kubeconfig, nodeName } = identityOf(config, undefined);
  return {
    verb,
    action,
    incident,
    node: parts.node,
    type,
    ...openedBy(parts, intent),
    ...(subject === undefined ? {} : { subject }),
    ...(type === 'DrainConditionMet' && subject !== undefined ? { condition: subject } : {}),
    last: isLast(parts, intent),
    settings,
    limits: { ...config.guards.fleet, ...config.guards.breaker },
    windows: config.guards.windows,
    blockers: config.guards.blockers,
    controlPlane: await mayBeControlPlane(presentFacts(host)),
    statusFile: statePaths(config).status,
    recordFile,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}
