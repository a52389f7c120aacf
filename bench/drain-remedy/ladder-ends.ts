import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isKind } from '../../lib/model/incident.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { BROKEN_TYPE, givePlugin } from '../maintain/broken.ts';
import { bootId, inHost, nodeNow, untilBootedAnew } from '../maintain/host.ts';
import { statusOf } from '../repairs/agent-on-host.ts';
import { uptime } from '../repairs/clock.ts';
import { type Course, courseOf, printCourse } from './course.ts';
import { type Ground, startAgent } from './ground.ts';
import { brokenOf, entriesOf, ladderConfig, type Rules } from './ladder.ts';
import { fillNode, kubectl, podsOn } from './pods.ts';

/** In a tmpfs, and on the disk: what a reboot cures, and what it does not. */
const [CURED, STAYS] = ['/run/lab-broken', '/var/lib/lab-broken'];
const INHIBIT = '/etc/nodemend/no-reboot';
/** So long nothing may happen that must not. */
const QUIET = 60_000;

interface Scene {
  readonly course: Course;
  readonly before: string;
  intents(): Promise<readonly string[]>;
  held(id: string): Promise<boolean>;
  end(): void;
}

/** Drained already, or further: the problem stands, and the ladder is under way. */
async function begin(ground: Ground, flag: string, validation?: string): Promise<Scene> {
  const { lab, host } = ground;
  await inHost(host, ['sh', '-c', `rm -f ${CURED} ${STAYS}`]);
  givePlugin(host, flag);
  await fillNode(ground);
  await startAgent(ground, ladderConfig(BROKEN_TYPE, ['drain', 'reboot'], validation));
  const course = courseOf(lab, host.name, BROKEN_TYPE);
  const before = await bootId(host);
  const began = uptime();
  await inHost(host, ['touch', flag]);
  const problem = () => statusOf(host)?.problems.find(({ type }) => type === BROKEN_TYPE);
  return {
    course,
    before,
    intents: async () => (await entriesOf(ground)).filter(isKind('intent')).map(({ remedy }) => remedy),
    held: async (id) =>
      await waitFor(`the guard ${id}`, async () => (problem()?.holds.some((hold) => hold.id === id) ? true : undefined), {
        timeoutMs: 180_000,
        everyMs: 500,
      }).catch(() => false),
    end() {
      printCourse(course, began);
      course.end();
    },
  };
}

const claimNow = (course: Course) => course.steps().findLast(({ what }) => what.startsWith('claim'))?.what ?? 'claim none';
const released = (course: Course) =>
  waitFor('the claim to go', async () => (claimNow(course) === 'claim none' ? true : undefined), { timeoutMs: 60_000 }).catch(
    () => false,
  );
const opened = ({ lab, host }: Ground, timeoutMs = 120_000) =>
  waitFor('the uncordon', async () => ((await nodeNow(lab, host.name)).cordoned ? undefined : true), {
    timeoutMs,
    everyMs: 500,
  }).catch(() => false);
const closed = (ground: Ground) =>
  waitFor('the incident to be closed', async () => (await entriesOf(ground)).find(isKind('closed')), {
    timeoutMs: 180_000,
    everyMs: 1000,
  }).catch(() => undefined);

/** What a reboot does not cure: one reboot, given up, the node stays cordoned until somebody has mended it. */
export async function persists(ground: Ground): Promise<readonly string[]> {
  const { lab, host } = ground;
  const scene = await begin(ground, STAYS, 'stable: 10s, within: 1m');
  try {
    const after = await untilBootedAnew(host, scene.before, 240_000);
    const outcome = await waitFor(
      'the outcome of the reboot',
      async () => (await entriesOf(ground)).filter(isKind('outcome')).find(({ remedy }) => remedy === 'reboot'),
      { timeoutMs: 300_000, everyMs: 1000 },
    );
    const givenUp = await waitFor('the problem to be given up', async () => (await entriesOf(ground)).find(isKind('exhausted')), {
      timeoutMs: 60_000,
      everyMs: 1000,
    }).catch(() => undefined);
    const isReleased = await released(scene.course);
    await delay(QUIET);
    const [intents, boot, node] = [await scene.intents(), await bootId(host), await nodeNow(lab, host.name)];
    const shown = (await inHost(host, ['/opt/nodemend/bin/nodemend', 'incidents'])).stdout;
    // What an operator's own program says, only the running agent knows.
    const status = await inHost(host, ['/opt/nodemend/bin/nodemend', 'status', '--json']);
    await inHost(host, ['rm', '-f', STAYS]);
    const end = await closed(ground);
    const isOpen = await opened(ground);
    const events = scene.course.steps().map(({ what }) => what);
    return brokenOf([
      [outcome.outcome === 'failed' && outcome.message.includes('stays cordoned'), `the reboot: ${JSON.stringify(outcome)}`],
      [givenUp !== undefined && shown.includes('given up'), `never given up: ${shown}`],
      [events.filter((what) => what.startsWith('event RemediesExhausted')).length === 1, 'RemediesExhausted was not said once'],
      [intents.join() === 'drain,reboot', `intents: ${intents.join()}`],
      [boot === after, 'rebooted again'],
      [node.cordoned && node.owner?.startsWith('agent: ') === true, `the Node: ${JSON.stringify(node)}`],
      [status.code === 1, `nodemend status ends with ${status.code}`],
      [isReleased === true, 'the Lease is still claimed'],
      [end !== undefined && isOpen === true, `mended by a person: ${JSON.stringify(end)}, uncordoned ${isOpen}`],
    ]);
  } finally {
    await inHost(host, ['rm', '-f', STAYS]);
    scene.end();
  }
}

/** A file keeps the drained host up, holds nobody else meanwhile, and the reboot goes on when it is gone. */
export async function inhibited(ground: Ground): Promise<readonly string[]> {
  const { lab, host } = ground;
  writeFileSync(join(host.root, INHIBIT), '');
  const scene = await begin(ground, CURED);
  try {
    const isHeld = await scene.held('inhibited');
    await delay(QUIET);
    const [boot, node, claim] = [await bootId(host), await nodeNow(lab, host.name), claimNow(scene.course)];
    const intents = await scene.intents();
    rmSync(join(host.root, INHIBIT), { force: true });
    const after = await untilBootedAnew(host, scene.before, 240_000).catch(() => scene.before);
    const end = await closed(ground);
    const isOpen = await opened(ground);
    return brokenOf([
      [isHeld, 'the guard inhibited was never seen'],
      [boot === scene.before && node.cordoned, 'rebooted, or uncordoned, in spite of the file'],
      [claim === 'claim none', `a place in the budget was held meanwhile: ${claim}`],
      [intents.join() === 'drain', `begun meanwhile: ${intents.join()}`],
      [
        after !== scene.before && end?.healedBy === 'reboot' && isOpen === true,
        `afterwards: ${JSON.stringify(end)}, uncordoned ${isOpen}`,
      ],
    ]);
  } finally {
    rmSync(join(host.root, INHIBIT), { force: true });
    scene.end();
  }
}

/** Somebody uncordons between the drain and the reboot: his word stands as long as the incident does. */
export async function uncordoned(ground: Ground): Promise<readonly string[]> {
  const { lab, host } = ground;
  writeFileSync(join(host.root, INHIBIT), '');
  const scene = await begin(ground, CURED);
  const rules: Rules[number][] = [];
  try {
    rules.push([await scene.held('inhibited'), 'the guard inhibited was never seen']);
    await kubectl(lab, 'uncordon', host.name);
    rmSync(join(host.root, INHIBIT), { force: true });
    const isHeld = await scene.held('not-drained');
    await kubectl(lab, 'scale', 'deployment', 'web', '-n', 'default', '--replicas=8');
    const back = await waitFor(
      'pods to come back',
      async () => ((await podsOn(lab, host.name, 'web')).length > 0 ? true : undefined),
      {
        timeoutMs: 60_000,
      },
    ).catch(() => false);
    await delay(QUIET);
    const [boot, node, intents] = [await bootId(host), await nodeNow(lab, host.name), await scene.intents()];
    await inHost(host, ['rm', '-f', CURED]);
    const end = await closed(ground);
    await delay(30_000);
    const after = await nodeNow(lab, host.name);
    rules.push(
      [isHeld, 'the guard not-drained was never seen'],
      [boot === scene.before, 'rebooted although a person had uncordoned'],
      [!node.cordoned && !after.cordoned, 'cordoned again'],
      [node.owner === undefined || after.owner === undefined, `a word of ours is left: ${after.owner}`],
      [back === true, 'no pod came back'],
      [intents.join() === 'drain', `intents: ${intents.join()}`],
      [claimNow(scene.course) === 'claim none', `${claimNow(scene.course)}`],
      [end !== undefined, 'the incident was never closed'],
    );
    return brokenOf(rules);
  } finally {
    rmSync(join(host.root, INHIBIT), { force: true });
    await inHost(host, ['rm', '-f', CURED]);
    scene.end();
  }
}
