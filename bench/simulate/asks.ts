import { isDisruptive } from '../../lib/model/disruption.ts';
import type { SeenFleet } from '../../lib/model/fleet.ts';
import type { Hold } from '../../lib/model/guard.ts';
import type { Remedy } from '../../lib/model/remedy.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import type { Context } from './context.ts';
import type { VirtualNode } from './virtual-node.ts';

export function remedyOf({ remedy = '' }: VirtualNode): Remedy {
  const found = findRemedy(remedy);
  if (found === undefined) throw new Error(`no remedy ${remedy}`);
  return found;
}

export interface Answer {
  readonly holds: readonly Hold[];
  /** What it was told of the others; undefined: nothing. */
  readonly view: SeenFleet | undefined;
}

const UNSEEN = { kind: 'unseen', why: 'the API server gave no answer' } as const;
export const NOBODY: SeenFleet['others'] = [];

function ask(context: Context, node: VirtualNode, shared: boolean): Answer {
  const { api, now, policy, views, tally } = context;
  const remedy = remedyOf(node);
  tally.now.leaseLists++;
  const view = api.answer(now, node.zone).kind === 'response' ? views.read(node, now, shared) : undefined;
  const claims = view !== undefined && isDisruptive(remedy.disruption) ? views.claims(node) : NOBODY;
  return { holds: policy.fleetHolds(node, { remedy, view: view ?? UNSEEN, shared, claims, now }), view };
}

/** What a list that many share does not hold is asked for anew, as the agent does every time. */
export function askOthers(context: Context, node: VirtualNode): Answer {
  if (!context.views.isCrowded) return ask(context, node, false);
  const answer = ask(context, node, true);
  return answer.holds.length > 0 ? answer : ask(context, node, false);
}

/** The breaker alone: who has claimed first is first. */
export function askBreaker(
  context: Context,
  node: VirtualNode,
): { readonly opens: Hold | undefined; readonly view: Answer['view'] } {
  const { holds, view } = ask(context, node, false);
  return { opens: holds.find(({ id }) => id === 'fleet-breaker'), view };
}
