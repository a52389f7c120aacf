import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gatherer } from '../../agent/gather.ts';
import type { ScheduledCheck } from '../../agent/watch.ts';
import { openWatching } from '../../agent/watching.ts';
import { defineCheck } from '../../lib/model/check.ts';
import { pass } from '../../lib/model/finding.ts';
import { seconds } from '../../lib/model/units.ts';
import { fakeNode } from '../fakes/node.ts';

const check = (id: string) =>
  defineCheck({ id, title: id, problems: [], interval: seconds(60), sources: {}, settings: {}, evaluate: () => [pass('fine')] });

const scheduled = (id: string, interval = seconds(60), settings = {}): ScheduledCheck => ({
  check: check(id),
  interval,
  settings,
});

/** A clock whose pauses never end by themselves, so that each check runs once for each time it is started. */
function watching(checks: readonly ScheduledCheck[]) {
  const ran: string[] = [];
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  const host = fakeNode({});
  const parts = {
    host: { ...host, clock: { ...host.clock, sleep } },
    gathered: gatherer(host),
    signal: ended.signal,
    random: () => 0.5,
    onResult: (result: { check: { id: string } }) => void ran.push(result.check.id),
  };
  return { ran, ended, of: openWatching(checks, parts) };
}

describe('the checks that run', () => {
  it('start as they are scheduled', async () => {
    const { ran } = watching([scheduled('a'), scheduled('b')]);
    await delay(5);

    expect(ran).toEqual(['a', 'b']);
  });

  it('leaves alone what has not changed, and begins anew what has', async () => {
    const { ran, of } = watching([scheduled('a'), scheduled('b'), scheduled('c')]);
    await delay(5);
    ran.length = 0;
    const gone = of.reschedule([
      scheduled('a'),
      scheduled('b', seconds(5)),
      scheduled('c', seconds(60), { limit: 3 }),
      scheduled('d'),
    ]);
    await delay(5);

    expect(gone).toEqual([]);
    expect(ran.toSorted()).toEqual(['b', 'c', 'd']);
  });

  it('ends what was switched off, and begins it again when it is switched on', async () => {
    const { ran, of } = watching([scheduled('a'), scheduled('b')]);
    await delay(5);
    ran.length = 0;

    expect(of.reschedule([scheduled('a')])).toEqual(['b']);
    of.reschedule([scheduled('a'), scheduled('b')]);
    await delay(5);
    expect(ran).toEqual(['b']);
  });

  it('looks at once when it is woken, others do not, and one that is switched off stays so', async () => {
    const { ran, of } = watching([scheduled('a'), scheduled('b')]);
    await delay(5);
    ran.length = 0;
    of.wake('b');
    of.wake('c');
    await delay(5);

    expect(ran).toEqual(['b']);
  });

  it('all end with the agent', async () => {
    const { ended, of } = watching([scheduled('a'), scheduled('b')]);
    ended.abort();

    await expect(of.ended).resolves.toBeUndefined();
  });
});
