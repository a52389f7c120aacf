import { describe, expect, it } from 'vitest';
import { zoneOf } from '../../lib/model/zone.ts';

const OLD = 'failure-domain.beta.kubernetes.io/zone';
const NEW = 'topology.kubernetes.io/zone';

describe('zoneOf', () => {
  it.each([
    [{ [NEW]: 'a', [OLD]: 'b' }, 'a'],
    [{ [OLD]: 'b' }, 'b'],
    [{ zone: 'c' }, ''],
    [undefined, ''],
  ])('%j is %j', (labels, zone) => {
    expect(zoneOf(labels)).toBe(zone);
  });
});
