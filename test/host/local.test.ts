import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/host/local.ts';

const { sleep } = systemClock;
const HOUR = 3_600_000;

describe('who sleeps until a signal', () => {
  it('wakes with its reason, and all of them do', async () => {
    const stop = new AbortController();
    const asleep = [sleep(HOUR, stop.signal), sleep(HOUR, stop.signal), sleep(HOUR, stop.signal)];
    stop.abort(new Error('stop'));

    const ends = await Promise.allSettled(asleep);

    expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(Array(3).fill('Error: stop'));
  });

  it('listens together with the others, and to nothing when nobody sleeps', async () => {
    const { signal } = new AbortController();
    const short = [sleep(1, signal), sleep(2, signal)];
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);

    await Promise.all(short);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);

    const again = sleep(1, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await again;
  });

  it('sleeps on when its neighbour gets up', async () => {
    const stop = new AbortController();
    const long = sleep(HOUR, stop.signal);
    await sleep(1, stop.signal);
    stop.abort('later');

    await expect(long).rejects.toBe('later');
  });

  it('does not lie down when it is over already', async () => {
    await expect(sleep(HOUR, AbortSignal.abort('over'))).rejects.toBe('over');
  });
});
