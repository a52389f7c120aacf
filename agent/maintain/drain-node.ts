import type { Clock } from '../../lib/host/host.ts';
import { type MaintainRecord, overruled } from '../../lib/maintain/record.ts';
import { parseOwner } from '../../lib/model/cordon.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { drainOptions } from '../drain/command-line.ts';
import type { DrainContext, DrainOptions } from '../drain/context.ts';
import { drainNodes } from '../drain/drain.ts';
import type { NodeReport, Tell } from '../drain/events.ts';
import { ownerOf, readNodeFacts } from '../reboot/node-facts.ts';
import type { Done, NodeSeen, Overruled, Say } from './hands.ts';

export interface DrainParts {
  readonly cluster: ClusterPods;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly say: Say;
  /** The identity may not read DaemonSets. */
  readonly trustDaemonSets: boolean;
  /** `--mode surge`, `--eviction-requests`. */
  readonly gentle?: Pick<DrainContext, 'surge' | 'requests'>;
}

const LOOK_EVERY: Duration = seconds(3);
/** An API server may be gone for a moment, also while nothing is asked of it. */
const PATIENCE: Duration = seconds(30);

export async function seeNode(
  { cluster, clock }: Pick<DrainParts, 'cluster' | 'clock'>,
  node: string,
  patience = PATIENCE,
): Promise<NodeSeen> {
  const began = clock.monotonic();
  for (;;) {
    const answer = await readNodeFacts(cluster, node);
    if (answer.kind === 'absent') return answer;
    if (answer.kind === 'told') {
      return { kind: 'seen', node: { unschedulable: answer.value.unschedulable, owner: ownerOf(answer.value) } };
    }
    if (clock.monotonic() - began >= patience) return { kind: 'unseen', why: answer.why };
    await clock.sleep(LOOK_EVERY);
  }
}

/** DaemonSets stay with their node: a maintenance is no reason to refuse for them. */
const optionsOf = ({ order }: MaintainRecord, trustDaemonSets: boolean): DrainOptions => ({
  ...drainOptions(order.options, trustDaemonSets),
  ignoreDaemonSets: true,
  dryRun: 'none',
});

/** Until the drain is over: whether somebody takes the cordon away. Resolves to why the drain is not wanted any more. */
async function watchCordon(parts: DrainParts, record: MaintainRecord, over: AbortSignal): Promise<string | undefined> {
  while (!over.aborted) {
    await parts.clock.sleep(LOOK_EVERY, over).catch(() => undefined);
    if (over.aborted) return undefined;
    const seen = await seeNode(parts, record.order.node, 0);
    const why = seen.kind === 'unseen' ? undefined : overruled(seen.kind === 'absent' ? 'absent' : seen.node, record);
    if (why !== undefined) return why;
  }
  return undefined;
}

function wordsOf({ error, pods }: NodeReport): string {
  const held = pods.flatMap(({ pod, why }) => (why === undefined ? [] : [`${pod}: ${why}`]));
  return [error ?? 'it is not drained', ...held].join('; ');
}

/** Cordon and drain, given up at once when a person uncordons the node. */
export async function drainForMaintenance(
  record: MaintainRecord,
  parts: DrainParts,
  signal: AbortSignal,
): Promise<Done | Overruled> {
  const { order } = record;
  const owner = parseOwner(order.owner);
  if (owner === undefined) return { kind: 'stopped', why: 'the journal does not say whose cordon it would be' };
  const found = await parts.cluster.node(order.node);
  if (!found.ok) return { kind: 'stopped', why: found.failure.message };
  const over = new AbortController();
  let watching: Promise<string | undefined> = Promise.resolve(undefined);
  const unwanted = new AbortController();
  const tell: Tell = (event) => {
    parts.tell(event);
    if (event.event !== 'cordoned') return;
    watching = watchCordon(parts, record, over.signal).then((why) => {
      if (why !== undefined) unwanted.abort();
      return why;
    });
  };
  const context = {
    cluster: parts.cluster,
    clock: parts.clock,
    options: optionsOf(record, parts.trustDaemonSets),
    tell,
    signal: AbortSignal.any([signal, unwanted.signal]),
    ...parts.gentle,
  };
  const [report] = await drainNodes(context, [found.value], owner);
  over.abort();
  const why = await watching;
  if (why !== undefined) return { kind: 'overruled', why };
  return report?.drained === true
    ? { kind: 'done' }
    : { kind: 'stopped', why: report === undefined ? 'it was not begun' : wordsOf(report) };
}
