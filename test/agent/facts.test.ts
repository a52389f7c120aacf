import { describe, expect, it } from 'vitest';
import { factsOf, promptFacts } from '../../agent/facts.ts';
import { gatherer } from '../../agent/gather.ts';
import { recordOfEvent } from '../../agent/monitors/record-of-event.ts';
import { AgentError } from '../../lib/errors.ts';
import { defineSource, known } from '../../lib/model/source.ts';
import { seconds } from '../../lib/model/units.ts';
import { fakeNode } from '../fakes/node.ts';
import { virtualClock } from '../fakes/sim/clock.ts';

const good = defineSource({ id: 'good', deadline: seconds(5), read: async () => ({ value: 0 }) });
const nothing = defineSource({ id: 'nothing', deadline: seconds(5), read: async () => undefined });
const broken = defineSource<object>({
  id: 'broken',
  deadline: seconds(5),
  read: async () => {
    throw new AgentError('SOURCE_TIMED_OUT', 'it broke');
  },
});
const hung = defineSource<object>({ id: 'hung', deadline: seconds(5), read: () => new Promise(() => undefined) });

describe('known', () => {
  it('is a fact, and no failure', () => {
    expect([known(0), known(undefined), known({ unavailable: 'it broke' })]).toEqual([0, undefined, undefined]);
  });
});

describe('factsOf', () => {
  it('has none where a source could not be read', async () => {
    const factOf = factsOf(gatherer(fakeNode({})));

    expect([await factOf(good), await factOf(nothing), await factOf(broken)]).toEqual([{ value: 0 }, undefined, undefined]);
  });
});

describe('promptFacts', () => {
  it('does not wait for what hangs longer than whoever asks can', async () => {
    const clock = virtualClock();
    const began = clock.monotonic();
    const factOf = promptFacts({ ...fakeNode({}), clock }, seconds(1));
    let told: readonly unknown[] | undefined;
    void Promise.all([factOf(good), factOf(broken), factOf(hung)]).then((facts) => {
      told = facts;
    });

    await clock.until(() => told !== undefined, seconds(10));

    expect(told).toEqual([{ value: 0 }, undefined, undefined]);
    expect(clock.monotonic() - began).toBeLessThan(seconds(2));
  });
});

describe('recordOfEvent', () => {
  it('tells the same words of a log and of a plugin as two events', () => {
    const event = { severity: 'Warning', source: 'kernel', reason: 'OOMKilling', message: 'killed' } as never;

    const [log, plugin] = [recordOfEvent('log', event), recordOfEvent('plugin', event)];

    expect(log).toEqual({ type: 'Warning', reason: 'OOMKilling', message: 'killed', key: 'log\0kernel\0OOMKilling\0killed' });
    expect(plugin.key).not.toBe(log.key);
  });
});
