import type { BreakerLimits, NodeInTrouble, SeenFleet } from '../../lib/model/fleet.ts';
import type { Hold } from '../../lib/model/guard.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { fleetBreaker, type Trouble } from '../../lib/policy/guards/fleet-breaker.ts';

const STRETCH = minutes(1);
const SLACK = seconds(30);

export type AskBreaker = (view: SeenFleet, trouble: Trouble) => Hold | undefined;

/** Without one that would count: the list is everybody's, and whoever asks may be in it. */
function withoutOne(others: readonly NodeInTrouble[], reason: string, isNear: (since: number) => boolean) {
  const at = others.findIndex((other) => other.reason === reason && isNear(other.since));
  return at === -1 ? others : others.toSpliced(at, 1);
}

/**
 * Nodes that share one list and got into the same trouble in the same minute share its answer. Judged by the agent's own code, for
 * the middle of that minute and with half a minute less on either side: what holds there holds for each of them. The others ask for
 * themselves.
 */
export function breakerMemo(limits: BreakerLimits): AskBreaker {
  const known = new WeakMap<object, Map<string, Hold | undefined>>();
  const within = limits.within - SLACK;
  return (view, { reason, stood, dead }) => {
    const answers = known.get(view.others) ?? new Map<string, Hold | undefined>();
    known.set(view.others, answers);
    const stretch = Math.floor((view.at - stood) / STRETCH);
    const key = `${reason} ${stretch}`;
    if (!answers.has(key)) {
      const middle = (stretch + 0.5) * STRETCH;
      const others = withoutOne(view.others, reason, (since) => Math.abs(since - middle) <= within);
      answers.set(key, fleetBreaker({ ...view, others }, { reason, stood: view.at - middle, dead }, { ...limits, within }));
    }
    return answers.get(key);
  };
}
