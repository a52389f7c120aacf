import { type Failure, isTransient, type Outcome, outcomeOf } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { conditionPatch, type Schedule } from '../../lib/drain-remedy/scheduled.ts';
import { cordonOf } from '../../lib/drain-remedy/stand-down.ts';
import { nodeEvent } from '../../lib/kube/node-event.ts';
import { CORDONED_BY, formatOwner } from '../../lib/model/cordon.ts';
import { MOVED_FOR, type MoveRecord } from '../../lib/model/move-work.ts';
import { shortName } from '../../lib/model/short-name.ts';
import { toSeconds } from '../../lib/model/time-text.ts';
import { seconds } from '../../lib/model/units.ts';
import type { MoveParts } from './parts.ts';

/** `again`: somebody changed the Node since it was read. */
export type Written = 'done' | 'again' | { readonly failure: Failure };

const DEADLINE = seconds(10);

const written = (outcome: Outcome<unknown>): Written => {
  if (outcome.ok) return 'done';
  return outcome.failure.code === 409 ? 'again' : { failure: outcome.failure };
};

/** Only the Node that was looked at: what somebody did to it meanwhile is seen before anything else is done. */
async function patchSeen({ cluster }: MoveParts, node: Node, annotations: object, spec: object | undefined): Promise<Written> {
  const { name, resourceVersion } = node.metadata;
  const metadata = { ...(resourceVersion === undefined ? {} : { resourceVersion }), annotations };
  return written(await cluster.patchNode(name, { metadata, ...(spec === undefined ? {} : { spec }) }, false));
}

/** Cordon and the word whose it is, in one write. */
export function writeCordon(parts: MoveParts, node: Node): Promise<Written> {
  const { verb, type, reason, subject, incident } = parts.order;
  const about = subject === undefined ? `${type}/${reason}` : `${type}/${reason} (${subject})`;
  const owner = formatOwner({ kind: 'agent', who: `${verb} for ${about}, incident ${incident}`, at: parts.clock.now() });
  return patchSeen(parts, node, { [CORDONED_BY]: owner, [MOVED_FOR]: incident }, { unschedulable: true });
}

const NOTHING = { [CORDONED_BY]: null, [MOVED_FOR]: null };

/** Lifts what is ours; of a cordon that somebody lifted before us nothing is left that could be taken for ours. */
export async function liftCordon(parts: MoveParts, node: Node, record: MoveRecord): Promise<Written> {
  const cordon = cordonOf(node, record);
  if (cordon === 'ours') return await patchSeen(parts, node, NOTHING, { unschedulable: null });
  const { annotations = {} } = node.metadata;
  const isMarked = CORDONED_BY in annotations || MOVED_FOR in annotations;
  return cordon === 'lifted' && isMarked ? await patchSeen(parts, node, NOTHING, undefined) : 'done';
}

/** Draino's condition; by the Node as it is, so that the time of its transition stays true. */
export async function writeSchedule({ api, cluster, clock, order }: MoveParts, schedule: Schedule): Promise<Outcome<unknown>> {
  const found = await cluster.node(order.node);
  if (!found.ok) return found;
  const condition = conditionPatch(schedule, found.value.status?.conditions ?? [], clock.now());
  if (condition === undefined) return found;
  const path = `/api/v1/nodes/${encodeURIComponent(order.node)}/status`;
  const body = JSON.stringify({ status: { conditions: [condition] } });
  return outcomeOf(await api({ method: 'PATCH', path, body, deadline: DEADLINE }));
}

export interface Said {
  readonly reason: string;
  readonly message: string;
  /** What tells it from another of this reason in the same action. */
  readonly key?: string;
}

export const LIFTING: Said = { reason: 'UncordonStarting', message: 'Uncordoning node' };
export const LIFTED: Said = { reason: 'UncordonSucceeded', message: 'Uncordoned node' };
export const notLifted = (why: string): Said => ({ reason: 'UncordonFailed', message: `Uncordoning failed: ${why}` });

/** Who says it, and of which action of the ledger. */
export interface Sayer extends Pick<MoveParts, 'api' | 'clock' | 'log'> {
  readonly order: Pick<MoveParts['order'], 'node' | 'action'>;
}

const TRIES = 4;

/** An event of Draino's, of its type. Once, however often it is said. */
export async function sayEvent({ api, clock, order, log }: Sayer, { reason, message, key = '' }: Said): Promise<void> {
  log(`${reason}: ${message}`);
  const { node, action } = order;
  const time = toSeconds(clock.now());
  // The same thing said twice has one name, and is one event.
  const name = `${node.slice(0, 200)}.${shortName([action, reason, key].join('\0'))}`;
  const event = nodeEvent({ node, name, type: 'Warning', reason, message: message.slice(0, 1000), time });
  const call = { method: 'POST', path: '/api/v1/namespaces/default/events', body: JSON.stringify(event) } as const;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const answer = outcomeOf(await api({ ...call, deadline: DEADLINE }));
    if (answer.ok || answer.failure.code === 409 || !isTransient(answer.failure)) return;
    if (tries < TRIES) await clock.sleep(seconds(tries));
  }
}
