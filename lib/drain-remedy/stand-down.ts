import type { Node } from '../drain/objects.ts';
import { meetsAll, parseSelector } from '../drain/selector.ts';
import { CORDONED_BY, parseOwner } from '../model/cordon.ts';
import { MOVED_FOR, type MoveEnding, type MoveOrder, type MoveRecord } from '../model/move-work.ts';
import type { Instant } from '../model/units.ts';
import { scheduleOn } from './scheduled.ts';

/** Whose cordon stands. `lifted`: it was ours, and somebody took it away. */
export type Cordon = 'none' | 'ours' | 'others' | 'lifted';

/** What the API server calls us, by the User-Agent of our requests. */
const US = 'nodemend';

const below = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

/** Somebody uncordoned and cordoned again between two looks: our word still stands, and the cordon is theirs. */
function isTakenOver({ metadata: { managedFields = [] } }: Node): boolean {
  const managers = managedFields.filter(({ fieldsV1 }) => below(below(fieldsV1, 'f:spec'), 'f:unschedulable') !== undefined);
  return managers.length > 0 && managers.every(({ manager }) => manager !== US);
}

export function cordonOf(node: Node, record: Pick<MoveRecord, 'incident' | 'stage'>): Cordon {
  const { annotations = {} } = node.metadata;
  const isCordoned = node.spec?.unschedulable === true;
  const isOurs = parseOwner(annotations[CORDONED_BY])?.kind === 'agent' && !isTakenOver(node);
  if (isCordoned) return isOurs ? 'ours' : 'others';
  const wasOurs = annotations[MOVED_FOR] === record.incident;
  const hadCordoned = record.stage !== 'begun' && record.stage !== 'cordoning';
  return wasOurs || hadCordoned ? 'lifted' : 'none';
}

export interface Circumstances {
  /** Undefined: there is no such Node any more. */
  readonly node: Node | undefined;
  /** What the agent, or the Node, says of the problem. */
  readonly trouble: 'stands' | 'over' | 'unknown';
  /** Why a person wants nothing done. */
  readonly held: string | undefined;
  /** Who else is about to take the node away or to repair it. */
  readonly other: string | undefined;
  readonly now: Instant;
}

type Reason = Omit<MoveEnding, 'at'>;

const person = (message: string): Reason => ({ outcome: 'refused', message, mark: 'Cancelled', uncordon: false });
const called = (message: string, uncordon: boolean): Reason => ({ outcome: 'refused', message, mark: 'Cancelled', uncordon });

function ofCordon(node: Node, record: MoveRecord): Reason | undefined {
  const cordon = cordonOf(node, record);
  if (cordon === 'lifted') return person('somebody uncordoned the node: it is not cordoned again for this');
  if (cordon !== 'others') return undefined;
  const owner = parseOwner(node.metadata.annotations?.[CORDONED_BY]);
  const whose = owner?.kind === 'person' ? owner.who : 'somebody else';
  return person(`the node is cordoned by ${whose}, and that is left alone`);
}

/** Somebody else drains by the same condition: of ours there would be our cordon, or our word in the record. */
function ofAnother(node: Node, record: MoveRecord): Reason | undefined {
  const schedule = scheduleOn(node.status?.conditions ?? []);
  if (schedule?.going !== true || record.announced === true || cordonOf(node, record) === 'ours') return undefined;
  return person('another drainer has scheduled the drain of this node (condition DrainScheduled)');
}

function isSelected(node: Node, { nodeSelector }: MoveOrder['settings']): boolean {
  return meetsAll(node.metadata.labels ?? {}, parseSelector(nodeSelector) ?? []);
}

/** Why it goes no further, and what becomes of our cordon; a person's word first. Undefined: it goes on. */
export function standDown(order: MoveOrder, record: MoveRecord, seen: Circumstances): MoveEnding | undefined {
  const reason = reasonOf(order, record, seen);
  return reason === undefined ? undefined : { ...reason, at: seen.now };
}

function reasonOf(order: MoveOrder, record: MoveRecord, { node, trouble, held, other }: Circumstances): Reason | undefined {
  if (node === undefined) return called('the Node is gone', false);
  if (record.uid !== undefined && node.metadata.uid !== record.uid) return called('the Node is another one of that name', false);
  const cordon = ofCordon(node, record) ?? ofAnother(node, record);
  if (cordon !== undefined) return cordon;
  // Whoever takes the machine away finds it as it is: cordoned, and as empty as it came to be.
  if (other !== undefined) return called(other, false);
  if (!isSelected(node, order.settings))
    return called(`the labels of the node are not those of remedies.drain.nodeSelector (${order.settings.nodeSelector})`, true);
  if (trouble === 'over') return called(`${order.reason} is over`, true);
  if (held !== undefined) return { outcome: 'interrupted', message: held, mark: 'Cancelled', uncordon: false };
  return undefined;
}

/** Drained already, and cordoned by us since: there is nothing to be done again, whatever this agent remembers. */
export function drainedAlready(node: Node, record: MoveRecord): boolean {
  const schedule = scheduleOn(node.status?.conditions ?? []);
  return schedule?.going === false && schedule.mark === 'Completed' && cordonOf(node, record) === 'ours';
}
