import { describe, expect, it } from 'vitest';
import { minutes } from '../../lib/model/units.ts';
import { ageOf, distinct } from '../../lib/policy/entries.ts';
import { entry, intent, opened } from '../fakes/ledger.ts';

const now = { boot: 'boot-a', up: minutes(90) };
const at = (up: number, boot = 'boot-a') => ({ up, boot });

describe('ageOf', () => {
  it.each([
    ['of this boot', at(minutes(80)), minutes(10)],
    ['of an earlier boot: at least the present uptime', at(minutes(5), 'boot-z'), minutes(90)],
    ['of an earlier boot with a longer uptime', at(minutes(9000), 'boot-z'), minutes(90)],
    ['of the future, after a snapshot was restored', at(minutes(95)), 0],
  ])('%s', (_, moment, age) => {
    expect(ageOf(moment, now)).toBe(age);
  });
});

describe('distinct', () => {
  it('keeps the first of equal moments, in the order of writing', () => {
    const one = entry(opened());
    const two = entry(intent());

    expect(distinct([two, one, { ...one, evidence: [] }])).toEqual([one, two]);
  });
});
