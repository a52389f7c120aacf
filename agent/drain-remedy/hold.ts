import type { Hold } from '../../lib/model/guard.ts';
import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import type { Remedy } from '../../lib/model/remedy.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { unfinished } from '../../lib/policy/still-open.ts';
import { reboot } from '../../lib/remedies/reboot.ts';

/** What needs the node for itself; a daemon is repaired meanwhile, for a drain without a kubelet comes to nothing. */
const ALONE = ['cordon', 'drain', 'uncordon', 'reboot', 'upgrade-systemd'];

/** What is under way on this node, as far as it holds this remedy. */
export const heldAlone = (hold: Hold | undefined, { id }: Pick<Remedy, 'id'>): readonly Hold[] =>
  hold === undefined || !ALONE.includes(id) ? [] : [hold];

/** While work is moved away nothing else is begun that disrupts it. */
export function withErrandHold(decision: Decision, hold: Hold | undefined): Decision {
  if (hold === undefined || (decision.kind !== 'act' && decision.kind !== 'hold')) return decision;
  const { remedy, disruption } = decision;
  if (heldAlone(hold, remedy).length === 0) return decision;
  const before = decision.kind === 'hold' ? decision.holds.filter(({ id }) => id !== hold.id) : [];
  return { kind: 'hold', remedy, disruption, holds: [hold, ...before] };
}

export interface RebootUnderWay {
  readonly incident: string;
  readonly hold: Hold;
}

/** One that was begun, by this agent or by that of the boot before, and is neither proved nor given up. */
export function rebootUnderWay(entries: readonly LedgerEntry[]): RebootUnderWay | undefined {
  const intent = unfinished(entries).find(({ remedy }) => remedy === 'reboot');
  if (intent === undefined) return undefined;
  const { incident, type } = intent;
  const reason = entries.filter(isKind('opened')).find((opened) => opened.incident === incident)?.reason ?? type;
  return { incident, hold: { id: 'under-way', why: `reboot for ${reason}: neither proved nor given up yet` } };
}

/** Its own problem is not given up, nor is its next rung taken, as long as nobody knows what came of it. */
export function withReboot(decision: Decision, underWay: RebootUnderWay | undefined, incident: string | undefined): Decision {
  if (underWay === undefined) return decision;
  if (incident !== underWay.incident) return withErrandHold(decision, underWay.hold);
  return { kind: 'hold', remedy: reboot, disruption: reboot.disruption, holds: [underWay.hold] };
}
