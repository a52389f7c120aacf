import { describe, expect, it } from 'vitest';
import { uptimeClock } from '../../lib/ledger/clock.ts';

describe('the clock of the ledger', () => {
  /** The host's uptime is the process's clock and 500 s, and the time that it was suspended. */
  function host() {
    const is = { now: 0, suspended: 0, readings: 0 };
    const readUptime = () => {
      is.readings += 1;
      return `${(is.now + is.suspended) / 1000 + 500}.00 12.00\n`;
    };
    return { is, uptime: uptimeClock({ now: () => is.now }, readUptime) };
  }

  it('counts on between two readings of the kernel', () => {
    const { is, uptime } = host();
    const told = [0, 10, 999].map((now) => {
      is.now = now;
      return uptime();
    });

    expect(told).toEqual([500_000, 500_010, 500_999]);
    expect(is.readings).toBe(1);
  });

  it('notices within a second that the host was suspended', () => {
    const { is, uptime } = host();
    uptime();
    is.suspended = 3_600_000;
    is.now = 1000;

    expect(uptime()).toBe(500_000 + 3_600_000 + 1000);
  });
});
