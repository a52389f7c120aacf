import { describe, expect, it } from 'vitest';
import { courier } from '../../lib/reporters/courier.ts';

/** Deliveries that end when they are told to. */
function slowDeliveries() {
  const ends: (() => void)[] = [];
  const deliver = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.push(resolve);
    return promise;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (which: number) => {
    ends[which]?.();
    await turn();
  };
  return { deliver, begun: () => ends.length, end };
}

describe('courier', () => {
  it('takes what came while a delivery was on its way as soon as that has ended, all of it at once', async () => {
    const { deliver, begun, end } = slowDeliveries();
    const { start, settled } = courier(deliver, () => undefined);

    for (let news = 0; news < 5; news += 1) start();
    expect(begun()).toBe(1);
    await end(0);
    expect(begun()).toBe(2);
    await end(1);
    await settled();

    expect(begun()).toBe(2);
  });

  it('goes on after a delivery that threw', async () => {
    const defects: unknown[] = [];
    let deliveries = 0;
    const { start, settled } = courier(
      async () => {
        deliveries += 1;
        if (deliveries === 1) throw new Error('no such thing');
      },
      (error) => defects.push(error),
    );

    start();
    start();
    await settled();
    start();
    await settled();

    expect(defects).toEqual([new Error('no such thing')]);
    expect(deliveries).toBe(3);
  });

  it('says its last words after those that were on their way, unless there is no more time', async () => {
    const { deliver, begun, end } = slowDeliveries();
    const { start, close } = courier(deliver, () => undefined);
    const late = new AbortController();
    start();
    const closed = close(late.signal);
    await end(0);
    expect(begun()).toBe(2);

    late.abort();
    await closed;

    expect(begun()).toBe(2);
  });
});
