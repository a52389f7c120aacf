import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { LabHost } from '../../test/lab/host.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { ledgerOf } from '../repairs/agent-on-host.ts';
import { uptime } from '../repairs/clock.ts';
import { type Ground, startAgent, untilStage } from './ground.ts';
import { fillNode, podsOn } from './pods.ts';
import { type Witness, witness } from './witness.ts';

export const IN_ORDER = ['CordonStarting', 'CordonSucceeded', 'DrainScheduled', 'DrainStarting', 'DrainSucceeded'];
const COMPLETED = /^Drain activity scheduled \S+Z \| Completed: \S+Z$/;

export interface Told {
  readonly record: MoveRecord;
  /** Sentences. */
  readonly broken: readonly string[];
  readonly took: number;
}

async function drainOutcomes(host: LabHost): Promise<readonly string[]> {
  const entries: readonly LedgerEntry[] = await ledgerOf(host);
  const outcomes = entries.filter(isKind('outcome')).filter(({ remedy }) => remedy === 'drain');
  return outcomes.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'interrupted');
}

/** What must be so in the end, whatever happened meanwhile. */
export async function judge(
  ground: Ground,
  seen: Witness,
  pods: readonly string[],
  record: MoveRecord,
): Promise<readonly string[]> {
  const { lab, host } = ground;
  const outcomes = await drainOutcomes(host);
  const last = seen.conditions('DrainScheduled').at(-1);
  const going = seen.conditions('DrainScheduled').filter(({ status }) => status === 'True');
  const { names, twice } = seen.deletions();
  const left = (await podsOn(lab, host.name)).map(({ metadata }) => metadata.name);
  const rules: readonly (readonly [boolean, string])[] = [
    [record.ending?.outcome === 'succeeded', `it ended as ${JSON.stringify(record.ending)}`],
    [seen.reasons().join() === IN_ORDER.join(), `events: ${seen.reasons().join(', ')}`],
    [
      last?.status === 'False' && last.reason === 'Draino' && COMPLETED.test(last.message ?? ''),
      `condition: ${JSON.stringify(last)}`,
    ],
    [going.length > 0, 'the condition was never True'],
    [seen.cordons().join() === 'false,true', `cordons: ${seen.cordons().join()}`],
    [twice.length === 0, `evicted twice: ${twice.join()}`],
    [names.toSorted().join() === pods.toSorted().join(), `deleted: ${names.join()}; not ${pods.join()}`],
    [left.length === 1 && left[0]?.startsWith('everywhere-') === true, `left on the node: ${left.join()}`],
    [outcomes.join() === 'succeeded', `outcomes: ${outcomes.join()}`],
  ];
  return rules.flatMap(([holds, what]) => (holds ? [] : [what]));
}

/** A line of the kernel, the condition, the cordon, the buffer, the drain, the completed condition. */
export async function incident(
  ground: Ground,
  { config, line, during }: { config: string; line: string; during?: (ground: Ground) => Promise<void> },
): Promise<Told> {
  const { lab, host, kernel } = ground;
  const pods = await fillNode(ground);
  await startAgent(ground, config);
  const seen = witness(lab, host.name);
  try {
    await waitFor('the watch', async () => (seen.cordons().length > 0 ? true : undefined));
    const began = uptime();
    kernel.say(line);
    await during?.(ground);
    const record = await untilStage(ground, ['ended'], 300_000);
    const took = uptime() - began;
    await waitFor('the outcome', async () => ((await drainOutcomes(host)).length > 0 ? true : undefined), {
      timeoutMs: 120_000,
      everyMs: 500,
    });
    const condition = await waitFor('the completed condition', async () => seen.conditions('DrainScheduled').at(-1), {
      timeoutMs: 10_000,
    });
    const broken = await judge(ground, seen, pods, record);
    return { record, broken: condition.status === 'True' ? [...broken, 'the condition is still True'] : broken, took };
  } finally {
    seen.end();
  }
}
