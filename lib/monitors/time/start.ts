import type { Duration, Instant } from '../../model/units.ts';
import { parseGoDuration, toMilliseconds } from './duration.ts';

export interface StartPoint {
  readonly lookback: Duration;
  readonly delay: Duration;
}

function parse(name: string, text: string): Duration {
  try {
    return text === '' ? 0 : toMilliseconds(parseGoDuration(text));
  } catch (error) {
    throw new RangeError(
      `failed to parse ${name} duration ${JSON.stringify(text)}: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** Throws RangeError in node-problem-detector's words. */
export const parseStartPoint = (lookback: string, delay: string): StartPoint => ({
  lookback: parse('lookback', lookback),
  delay: parse('delay', delay),
});

/** Lines before it are dropped, the ones at it kept: max(boot + delay, now − lookback), which may lie ahead. */
export function startTime({ lookback, delay }: StartPoint, now: Instant, uptime: Duration): Instant {
  const start = now - uptime + delay;
  return Math.max(start, now - lookback);
}
