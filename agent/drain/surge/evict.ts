import { isReady, isTerminating, type Pod, podName } from '../../../lib/drain/objects.ts';
import { isActive } from '../../../lib/drain/surge/headcount.ts';
import { formatDuration } from '../../../lib/model/quantity.ts';
import { departuresFrom } from '../departures.ts';
import { sendUntilGranted } from '../send-eviction.ts';
import { type Item, StoppedError, type Surging } from './context.ts';
import { look, type Progress, type View, waitUntil } from './wait.ts';

/** What has to be so before a pod that is ready may go. */
export interface Room {
  /** `others`: pods that stay available without it. */
  judge(view: View, others: number): Progress;
  /** Makes room, once; absent: nothing can. */
  readonly prepare?: () => Promise<void>;
}

const same = (pod: Pod) => (other: Pod) => other.metadata.uid === pod.metadata.uid;

/** What an eviction was refused for, if it was. */
function refusalOf({ held }: Surging, pod: Pod): string | undefined {
  const by = held.all().find((one) => podName(one.pod) === podName(pod))?.by;
  return by?.kind === 'refused' ? by.failure.message : undefined;
}

/** Waits for room before each single request; a pod that is not ready takes nothing from anybody when it goes. */
function gateFor(surging: Surging, { ref }: Item, { judge, prepare }: Room): (pod: Pod) => Promise<void> {
  const { clock, surge } = surging;
  let asked: number | undefined;
  return async (pod) => {
    const refused = refusalOf(surging, pod);
    if (asked !== undefined && refused !== undefined && clock.monotonic() - asked >= surge.patience) {
      throw new StoppedError(`pod ${pod.metadata.name} was not let go for ${formatDuration(surge.patience)}: ${refused}`);
    }
    const isFree = ({ pods }: View) => {
      const now = pods.find(same(pod));
      return now === undefined || !isActive(now) || !isReady(now);
    };
    if (prepare !== undefined && !isFree(await look(surging, ref))) await prepare();
    await waitUntil(surging, ref, (view) => {
      if (isFree(view)) return { score: 0 };
      return judge(view, view.available.filter((one) => !same(pod)(one)).length);
    });
    asked ??= clock.monotonic();
  };
}

/** One pod, through the eviction API and its budgets. */
async function evictOne(surging: Surging, item: Item, pod: Pod, room: Room): Promise<void> {
  const node = pod.spec?.nodeName ?? '';
  const departures = departuresFrom(node, surging, surging.deadline);
  const sent = await sendUntilGranted({ ...surging, node, departures, gate: gateFor(surging, item, room) }, pod);
  surging.held.release(podName(pod));
  if (sent.kind === 'failed') throw new StoppedError(`pod ${pod.metadata.name}: ${sent.failure.message}`);
}

/** One after the other, each when there is room; those that are not ready first, for they cost nothing. */
export async function evictInTurn(surging: Surging, item: Item, room: Room): Promise<void> {
  const moving = item.pods.filter((pod) => !isTerminating(pod));
  for (const pod of moving.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))) await evictOne(surging, item, pod, room);
}
