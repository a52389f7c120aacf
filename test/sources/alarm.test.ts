import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../lib/host/local.ts';
import { alarm } from '../../lib/sources/alarm.ts';
import { within } from '../../lib/sources/within.ts';
import { fakeNode } from '../fakes/node.ts';

const { alarm: _, ...plain } = systemClock;

describe.each([
  ['a clock with alarms', systemClock],
  ['a clock that can only sleep', plain],
])('%s', (_name, clock) => {
  it('rings', async () => {
    await new Promise<void>((resolve) => alarm(clock, 1, resolve));
  });

  it('does not ring when it was called off', async () => {
    const ring = vi.fn();
    alarm(clock, 5, ring)();
    await clock.sleep(20);
    expect(ring).not.toHaveBeenCalled();
  });

  it('gives up what is late', async () => {
    const host = { ...fakeNode({}), clock };
    expect(await within(host, new Promise(() => undefined), 1)).toBeUndefined();
    expect(await within(host, Promise.resolve('in time'), 1000)).toBe('in time');
    expect(await within(host, Promise.reject(new Error('failed')), 1000)).toBeUndefined();
  });
});
