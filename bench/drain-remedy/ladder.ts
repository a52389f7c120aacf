import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import { readonlyFilesystem } from '../../test/lab/faults/readonly-filesystem.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { bootId, nodeNow } from '../maintain/host.ts';
import { ledgerOf } from '../repairs/agent-on-host.ts';
import { uptime } from '../repairs/clock.ts';
import { afterwards } from './afterwards.ts';
import { courseOf, printCourse } from './course.ts';
import { type Ground, startAgent } from './ground.ts';
import { fillNode } from './pods.ts';
import { witness } from './witness.ts';

/** How an operator has a node emptied and rebooted for a problem that nothing else mends. */
export const ladderConfig = (
  type: string,
  rungs: readonly string[],
  validation = 'stable: 10s, within: 4m',
): string => `monitors: { defaults: false }
ladders: { ${type}: [${rungs.join(', ')}], KubeletUnhealthy: [], PLEGUnhealthy: [], ContainerRuntimeUnhealthy: [] }
checks: { mounts: { interval: 2s } }
remedies:
  cordon: { enabled: true, cooldown: 1s }
  drain: { enabled: true, cooldown: 1s, buffer: 10s, maxCordoned: 2, maxGracePeriod: 30s }
  reboot: { enabled: true, cooldown: 1s, validation: { ${validation} } }
`;

export const entriesOf = async ({ host }: Ground): Promise<readonly LedgerEntry[]> => await ledgerOf(host).catch(() => []);

export type Rules = readonly (readonly [boolean, string])[];
export const brokenOf = (rules: Rules) => rules.flatMap(([holds, what]) => (holds ? [] : [what]));

const ORDER = [
  'CordonStarting',
  'CordonSucceeded',
  'DrainScheduled',
  'DrainStarting',
  'DrainSucceeded',
  'UncordonStarting',
  'UncordonSucceeded',
];

/** A file system that is really read-only, which only a reboot makes writable again: from the first look to the uncordon. */
export async function ladder(
  ground: Ground,
  rungs: readonly string[],
): Promise<{ readonly broken: readonly string[]; readonly took: number }> {
  const { lab, host } = ground;
  const type = 'ReadonlyFilesystem';
  const pods = await fillNode(ground);
  await startAgent(ground, ladderConfig(type, rungs));
  const [seen, course] = [witness(lab, host.name), courseOf(lab, host.name, type)];
  const before = await bootId(host);
  try {
    await waitFor('the watch', async () => (seen.cordons().length > 0 ? true : undefined));
    const began = uptime();
    await readonlyFilesystem.break(host, lab);
    const closed = await waitFor('the incident to be closed', async () => (await entriesOf(ground)).find(isKind('closed')), {
      timeoutMs: 600_000,
      everyMs: 1000,
    }).catch(() => undefined);
    await waitFor(
      'the claim to go',
      async () => (course.steps().findLast(({ what }) => what.startsWith('claim'))?.what === 'claim none' ? true : undefined),
      {
        timeoutMs: 60_000,
      },
    ).catch(() => undefined);
    const took = uptime() - began;
    const now = await afterwards(ground);
    printCourse(course, began);
    const entries = await entriesOf(ground);
    const after = await bootId(host);
    const node = await nodeNow(lab, host.name);
    const intents = entries.filter(isKind('intent')).map(({ remedy }) => remedy);
    const outcomes = entries.filter(isKind('outcome')).map(({ remedy, outcome }) => `${remedy} ${outcome}`);
    const boots = course.steps().filter(({ what }) => what.startsWith('boot '));
    const { names, twice } = seen.deletions();
    const broken = brokenOf([
      [closed?.healedBy === 'reboot', `the incident: ${JSON.stringify(closed ?? 'open')}`],
      [before !== after && boots.length === 1, `boot ids: ${before}, ${after}; ${boots.length} changes`],
      [intents.join() === rungs.join(), `intents: ${intents.join()}`],
      [outcomes.join() === rungs.map((rung) => `${rung} succeeded`).join(), `outcomes: ${outcomes.join()}`],
      [seen.reasons().join() === ORDER.join(), `events: ${seen.reasons().join()}`],
      [twice.length === 0, `evicted twice: ${twice.join()}`],
      [pods.every((name) => names.includes(name)), `deleted: ${names.join()}; not ${pods.join()}`],
      [seen.cordons().join() === 'false,true,false', `cordons: ${seen.cordons().join()}`],
      [!node.cordoned && node.owner === undefined && node.ready, `the Node: ${JSON.stringify(node)}`],
      ...now,
    ]);
    return { broken, took };
  } finally {
    await readonlyFilesystem.mend(host, lab);
    seen.end();
    course.end();
  }
}
