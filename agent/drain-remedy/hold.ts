import type { Hold } from '../../lib/model/guard.ts';
import type { Decision } from '../../lib/policy/decide.ts';

/** What needs the node for itself; a daemon is repaired meanwhile, for a drain without a kubelet comes to nothing. */
const ALONE = ['cordon', 'drain', 'uncordon', 'reboot', 'upgrade-systemd'];

/** While work is moved away nothing else is begun that disrupts it. */
export function withErrandHold(decision: Decision, hold: Hold | undefined): Decision {
  if (hold === undefined || (decision.kind !== 'act' && decision.kind !== 'hold')) return decision;
  const { remedy, disruption } = decision;
  if (!ALONE.includes(remedy.id)) return decision;
  const before = decision.kind === 'hold' ? decision.holds.filter(({ id }) => id !== hold.id) : [];
  return { kind: 'hold', remedy, disruption, holds: [hold, ...before] };
}
