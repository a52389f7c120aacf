import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onHangUp } from '../../agent/hang-up.ts';

describe('onHangUp', () => {
  it('does once what was asked for before anybody could, and then each time', () => {
    const process = new EventEmitter();
    let reloads = 0;
    const hangUp = onHangUp(process);
    process.emit('SIGHUP');
    process.emit('SIGHUP');
    expect(reloads).toBe(0);

    hangUp.listen(() => {
      reloads += 1;
    });
    expect(reloads).toBe(1);
    process.emit('SIGHUP');

    expect(reloads).toBe(2);
  });

  it('does nothing unasked', () => {
    let reloads = 0;
    onHangUp(new EventEmitter()).listen(() => {
      reloads += 1;
    });

    expect(reloads).toBe(0);
  });
});
