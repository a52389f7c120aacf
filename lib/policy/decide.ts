import { DISRUPTION_RANK } from '../model/disruption.ts';
import type { Hold } from '../model/guard.ts';
import type { Disruption, Remedy } from '../model/remedy.ts';
import type { Standing } from '../model/standing.ts';
import type { Duration } from '../model/units.ts';

/** What the operator allows of one remedy. `disruption`: the most it may disrupt here; `per`: the time in which attempts count. */
export interface Allowance {
  readonly enabled: boolean;
  readonly disruption: Disruption;
  readonly cooldown: Duration;
  readonly attempts: number;
}

/** What the ledger knows of a remedy against this problem. Ages by a clock that never jumps. */
export interface History {
  /** Tried in this incident, without having helped. */
  readonly tried: boolean;
  /** Attempts against this problem within the remedy's `per`, those of earlier incidents too. */
  readonly attempts: number;
  /** Since the last attempt of this remedy on this node, against whatever problem. */
  readonly sinceLast: Duration | undefined;
}

export interface DecideContext {
  readonly mode: 'remedy' | 'observe';
  /** Remedies of the problem's ladder, first rung first. */
  readonly ladder: readonly Remedy[];
  allowance(remedy: Remedy): Allowance;
  history(remedy: Remedy): History;
  /** What it would disrupt here and now: a runtime restart is `local` only where survival is proved. */
  disruption(remedy: Remedy): Disruption;
  /** What makes it more than its own class here; a sentence fragment. */
  because?(remedy: Remedy): string | undefined;
  /** The same, were nothing pending: what is has a guard of its own. Absent: the same. */
  lasting?(remedy: Remedy): Disruption;
  /** Guards that hold this remedy now. */
  guards(remedy: Remedy): readonly Hold[];
}

export type Decision =
  | { readonly kind: 'advise'; readonly why: string }
  /** `holds`: rungs that this incident has not tried, and earlier ones have used up. */
  | { readonly kind: 'exhausted'; readonly tried: readonly string[]; readonly holds?: readonly Hold[] }
  | { readonly kind: 'hold'; readonly remedy: Remedy; readonly disruption: Disruption; readonly holds: readonly Hold[] }
  | { readonly kind: 'act'; readonly remedy: Remedy; readonly disruption: Disruption };

function ownHolds(remedy: Remedy, standing: Standing, context: DecideContext): readonly Hold[] {
  const { disruption: most, cooldown } = context.allowance(remedy);
  const disruption = (context.lasting ?? context.disruption)(remedy);
  const { sinceLast, attempts } = context.history(remedy);
  const rest = remedy.again === true ? cooldown * 2 ** Math.max(0, attempts - 1) : cooldown;
  const holds: Hold[] = [];
  if (standing.state !== 'active') holds.push({ id: 'not-persistent', why: `the problem is ${standing.state}` });
  if (context.mode === 'observe') holds.push({ id: 'mode', why: 'mode: observe' });
  if (DISRUPTION_RANK[disruption] > DISRUPTION_RANK[most]) {
    const because = context.because?.(remedy);
    const here = `here it would disrupt: ${disruption}${because === undefined ? '' : ` (${because})`}`;
    holds.push({ id: 'mode', why: `${here}; remedies.${remedy.id}.disruption allows ${most}` });
  }
  if (sinceLast !== undefined && sinceLast < rest) {
    holds.push({
      id: 'cooldown',
      why: `it ran ${Math.round(sinceLast / 1000)} s ago; it rests ${Math.round(rest / 1000)} s`,
    });
  }
  return holds;
}

function usedUp(ladder: readonly Remedy[], context: DecideContext): readonly Hold[] {
  const [first] = ladder.filter((remedy) => !context.history(remedy).tried);
  if (first === undefined) return [];
  const { attempts } = context.history(first);
  const most = context.allowance(first).attempts;
  return [{ id: 'attempts', why: `${first.id}: ${attempts} of ${most} attempts against this problem are used up` }];
}

/** The next rung of a problem's ladder, or why nothing is done. Pure: the same state gives the same decision. */
export function decide(standing: Standing, context: DecideContext): Decision {
  const isNotice = standing.fault.severity === 'notice';
  const isFor = ({ forNotices = [] }: Remedy) => forNotices === true || forNotices.includes(standing.fault.type);
  const ladder = context.ladder.filter((remedy) => !isNotice || isFor(remedy));
  if (isNotice && ladder.length === 0) return { kind: 'advise', why: 'a notice' };
  const enabled = ladder.filter((remedy) => context.allowance(remedy).enabled);
  if (enabled.length === 0) return { kind: 'advise', why: 'no rung of its ladder is switched on' };

  const spent = (remedy: Remedy) => {
    const { tried, attempts } = context.history(remedy);
    return tried || attempts >= context.allowance(remedy).attempts;
  };
  const remedy = enabled.find((rung) => !spent(rung));
  if (remedy === undefined) return { kind: 'exhausted', tried: enabled.map(({ id }) => id), holds: usedUp(enabled, context) };

  const disruption = context.disruption(remedy);
  const holds = [...ownHolds(remedy, standing, context), ...context.guards(remedy)];
  return holds.length === 0 ? { kind: 'act', remedy, disruption } : { kind: 'hold', remedy, disruption, holds };
}
