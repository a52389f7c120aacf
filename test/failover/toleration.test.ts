import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOT_READY, tolerated, UNREACHABLE, withTolerationSeconds } from '../../lib/failover/toleration.ts';
import type { Toleration } from '../../lib/model/failover.ts';
import { both, tolerate } from './pods.ts';

const toleration = (more: Partial<Toleration>): Toleration => ({ key: '', operator: '', value: '', effect: '', ...more });

describe('tolerated', () => {
  it.each<[string, readonly Toleration[], number | 'forever']>([
    ['nothing at all', [], 0],
    ['five minutes', [tolerate(UNREACHABLE, 300)], 300_000],
    ['another taint', [tolerate(NOT_READY, 300)], 0],
    ['another effect', [toleration({ key: UNREACHABLE, operator: 'Exists', effect: 'NoSchedule' })], 0],
    ['any effect', [toleration({ key: UNREACHABLE, operator: 'Exists' })], 'forever'],
    ['everything, as a DaemonSet of the system', [toleration({ operator: 'Exists' })], 'forever'],
    ['everything, as a static pod', [toleration({ operator: 'Exists', effect: 'NoExecute' })], 'forever'],
    ['an equal value: the taint has none', [toleration({ key: UNREACHABLE, operator: 'Equal', value: 'x' })], 0],
    ['an empty value', [toleration({ key: UNREACHABLE, effect: 'NoExecute', tolerationSeconds: 7 })], 7000],
    ['zero seconds', [tolerate(UNREACHABLE, 0)], 0],
    ['less than zero', [tolerate(UNREACHABLE, -5)], 0],
    ['the first of two', [tolerate(UNREACHABLE, 10), tolerate(UNREACHABLE)], 10_000],
    ['the first of two, the other way round', [tolerate(UNREACHABLE), tolerate(UNREACHABLE, 10)], 'forever'],
    ['numbers that the taint has not', [toleration({ key: UNREACHABLE, operator: 'Gt', value: '5' })], 0],
  ])('%s', (_, tolerations, expected) => {
    expect(tolerated(tolerations, UNREACHABLE)).toBe(expected);
  });
});

describe('withTolerationSeconds', () => {
  it('makes any pod tolerate both taints for exactly that long, and keeps what it says of other taints', () => {
    const one = fc.record({
      key: fc.constantFrom('', UNREACHABLE, NOT_READY, 'gpu'),
      operator: fc.constant('Exists'),
      value: fc.constant(''),
      effect: fc.constantFrom('NoSchedule', 'NoExecute'),
      tolerationSeconds: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(one), fc.integer({ min: 1, max: 1000 }), (tolerations, count) => {
        const own = tolerations.filter(({ key, effect }) => !(key === '' && effect === 'NoExecute'));
        const patched = withTolerationSeconds(own, count).map((entry) => toleration(entry));

        expect(tolerated(patched, UNREACHABLE)).toBe(count * 1000);
        expect(tolerated(patched, NOT_READY)).toBe(count * 1000);
        const gpu = (list: readonly Toleration[]) => list.filter(({ key }) => key === 'gpu');
        expect(gpu(patched)).toEqual(gpu(own));
      }),
    );
  });

  it('replaces the API server’s defaults instead of standing behind them', () => {
    expect(withTolerationSeconds(both(300), 30)).toHaveLength(2);
  });
});
