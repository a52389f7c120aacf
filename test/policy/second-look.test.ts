import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../lib/model/units.ts';
import { awaitCompany } from '../../lib/policy/second-look.ts';
import { NOW, others, seen } from '../fakes/fleet.ts';

const STOOD = seconds(12);
const now = { since: NOW - STOOD, seenAt: NOW };

describe('awaitCompany', () => {
  it.each<[string, Parameters<typeof others>, number | undefined]>([
    ['who is alone waits for nothing', [0], undefined],
    ['one that broke with us', [1, now], 5000],
    ['found sooner than ours', [1, { ...now, since: NOW - STOOD - seconds(20) }], 5000],
    ['one that broke long before', [7, { ...now, since: NOW - minutes(5) }], undefined],
    ['one that is silent', [7, { ...now, seenAt: NOW - minutes(20) }], undefined],
  ])('%s', (_, given, wait) => {
    expect(awaitCompany(seen(others(...given)), STOOD)?.wait).toBe(wait);
  });

  it('waits on while they become more, and three times at most', () => {
    const waits: number[] = [];
    let before: Parameters<typeof awaitCompany>[2];
    for (const count of [1, 2, 3, 4]) {
      const next = awaitCompany(seen(others(count, now)), STOOD, before);
      if (next === undefined) break;
      waits.push(next.wait);
      before = next.company;
    }
    const [first] = [awaitCompany(seen(others(2, now)), STOOD)];

    expect(waits).toHaveLength(3);
    expect(awaitCompany(seen(others(2, now)), STOOD, first?.company)).toBeUndefined();
  });
});
