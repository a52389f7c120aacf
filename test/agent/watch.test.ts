import { describe, expect, it } from 'vitest';
import { lookClosely } from '../../agent/close-looks.ts';
import type { Gatherer } from '../../agent/gather.ts';
import { pauseAfter, watch } from '../../agent/watch.ts';
import type { Check } from '../../lib/model/check.ts';
import { type Finding, pass } from '../../lib/model/finding.ts';
import { dockerHung } from '../fakes/faults.ts';
import { fakeNode } from '../fakes/node.ts';

const check = (details: Partial<Check> = {}): Check => ({
  id: 'probe',
  title: '',
  interval: 60_000,
  sources: {},
  problems: [],
  settings: {},
  evaluate: () => [pass('')],
  ...details,
});
const well = { took: 0, troubledFor: undefined, isClearing: false };
const pause = (look: Partial<Parameters<typeof pauseAfter>[1]>, details: Partial<Check> = {}, random = 0.5) =>
  pauseAfter({ check: check(details), interval: 60_000, settings: {} }, { ...well, ...look }, random);

describe('pauseAfter', () => {
  it.each<[string, number, number]>([
    ['the interval, less what the look took', pause({ took: 2000 }), 58_000],
    ['with jitter', pause({}, {}, 1), 66_000],
    ['never at once', pause({ took: 90_000 }), 1000],
    ['soon after trouble', pause({ troubledFor: 0 }), 1000],
    ['less often when it stays', pause({ troubledFor: 61_000 }), 5000],
    ['and less still', pause({ troubledFor: 601_000 }), 30_000],
    ['as somebody else can bear it', pause({ troubledFor: 0 }, { lookAgain: 10_000 }), 10_000],
    ['soon while it is not proved to be over', pause({ isClearing: true }), 5000],
    ['as somebody else can bear that', pause({ isClearing: true }, { lookAgain: 10_000 }), 10_000],
  ])('%s', (_, is, expected) => {
    expect(is).toBe(expected);
  });

  it('never looks less often in trouble than without', () => {
    expect(pauseAfter({ check: check(), interval: 2000, settings: {} }, { ...well, troubledFor: 700_000 }, 0.5)).toBe(2000);
  });
});

/** The pauses between looks that find this. */
async function pauses(findings: readonly (readonly Finding[])[]): Promise<readonly number[]> {
  const ended = new AbortController();
  const waited: number[] = [];
  const left = [...findings];
  let now = 0;
  const node = fakeNode({});
  const clock = {
    ...node.clock,
    monotonic: () => now,
    async sleep(duration: number) {
      waited.push(duration);
      now += duration;
      if (left.length === 0) ended.abort();
    },
  };
  const gathered: Gatherer = { fact: () => Promise.reject(new Error('nothing is read')) };
  const probe = check({ evaluate: () => left.shift() ?? [] });
  await watch([{ check: probe, interval: 60_000, settings: {} }], {
    host: { clock },
    gathered,
    signal: ended.signal,
    random: () => 0.5,
    onResult: () => undefined,
  });
  return waited;
}

describe('watch', () => {
  it('looks again soon in trouble, and goes on as before when it is over', async () => {
    expect(await pauses([[pass('')], [dockerHung()], [dockerHung()], [pass('')]])).toEqual([
      60_000,
      1000,
      1000,
      // A minute later, and on the beat of the node.
      expect.closeTo(61_333, 0),
    ]);
  });
});

describe('lookClosely', () => {
  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
  ])('looks closely in trouble (%s) and until it is proved to be over (%s): %s', (troubled, clearing, closely) => {
    const ends: boolean[] = [];
    const fact: Gatherer['fact'] = () => Promise.reject(new Error('nothing is read'));
    const gathered: Gatherer = { fact, look: () => ({ fact, again: () => ({ fact }), end: (how) => ends.push(how) }) };

    lookClosely(gathered, () => clearing)
      .look?.('probe')
      .end(troubled);

    expect(ends).toEqual([closely]);
  });
});
