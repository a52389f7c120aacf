import { describe, expect, it } from 'vitest';
import { EventGate } from '../../../lib/monitors/conditions/budget.ts';

const event = (reason: string, message = 'm') => ({ severity: 'Warning' as const, source: 's', reason, message, time: 0 });

describe('the event budget', () => {
  it('lets a burst through, then one after each interval, and says how many it did not', () => {
    const gate = new EventGate({ burst: 2, every: 1000 });
    const sent = [0, 0, 0, 0, 0, 1000, 1500, 2000].map((now) => gate.admit(event('A'), now)?.message);

    expect(sent).toEqual(['m', 'm', undefined, undefined, undefined, 'm (suppressed 3)', undefined, 'm (suppressed 1)']);
  });

  it('is of each reason: a flood of one does not silence another', () => {
    const gate = new EventGate({ burst: 1, every: 1000 });
    for (let count = 0; count < 1000; count++) gate.admit(event('Ext4Error'), 0);

    expect(gate.admit(event('OOMKilling'), 0)).toBeDefined();
  });

  it('tells the rest when a flood has ended', () => {
    const gate = new EventGate({ burst: 1, every: 1000 });
    gate.admit(event('A', 'first'), 0);
    gate.admit(event('A', 'second'), 10);
    gate.admit(event('A', 'third'), 20);

    expect(gate.settle(500)).toEqual([]);
    expect(gate.settle(1000).map(({ message }) => message)).toEqual(['third (suppressed 1)']);
    expect(gate.settle(5000)).toEqual([]);
  });

  it('fills up again while nothing happens, and no further', () => {
    const gate = new EventGate({ burst: 2, every: 1000 });
    const sent = [0, 0, 90_000, 90_000, 90_000].map((now) => gate.admit(event('A'), now) !== undefined);

    expect(sent).toEqual([true, true, true, true, false]);
  });

  it('survives a clock that goes back', () => {
    const gate = new EventGate({ burst: 1, every: 1000 });
    gate.admit(event('A'), 1e12);

    expect(gate.admit(event('A'), 0)).toBeUndefined();
    expect(gate.admit(event('A'), 1000)).toBeDefined();
  });
});
