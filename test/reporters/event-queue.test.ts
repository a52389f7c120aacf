import { describe, expect, it } from 'vitest';
import { minutes } from '../../lib/model/units.ts';
import { eventQueue } from '../../lib/reporters/event-queue.ts';

const record = (reason: string, message = '') => ({ type: 'Normal', reason, message, key: message }) as const;

describe('eventQueue', () => {
  it('gives each reason ten, then one in five minutes with the number left out', () => {
    const queue = eventQueue();
    for (let count = 0; count < 25; count++) queue.add(record('A'), 0, 0);
    queue.add(record('B'), 0, 0);
    const taken = [];
    for (let next = queue.next(1); next !== undefined; next = queue.next(1)) {
      taken.push(next.reason);
      queue.sent(next);
    }
    queue.add(record('A'), minutes(5), 0);

    expect(taken).toEqual([...Array(10).fill('A'), 'B']);
    expect(queue.next(minutes(5))?.suppressed).toBe(15);
  });

  it('is bounded, and counts what had no room or became stale', () => {
    const queue = eventQueue();
    for (let count = 0; count < 100; count++) queue.add(record(`R${count}`), 0, 0);

    expect(queue.next(1)?.reason).toBe('R36');
    expect(queue.takeLost()).toBe(36);
    expect(queue.next(minutes(5))).toBeUndefined();
    expect(queue.takeLost()).toBe(64);
    expect(queue.takeLost()).toBe(0);
  });

  it('forgets what was sent, even if others were pushed out meanwhile', () => {
    const queue = eventQueue();
    for (let count = 0; count < 64; count++) queue.add(record(`R${count}`), 0, 0);
    const first = queue.next(1);
    queue.add(record('late'), 1, 0);
    if (first !== undefined) queue.sent(first);

    expect(queue.next(1)?.reason).toBe('R1');
  });
});
