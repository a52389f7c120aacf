import type { Following, FollowListener } from '../../lib/host/follow.ts';
import type { Clock } from '../../lib/host/host.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import { isFromKernel, KmsgReader, type KmsgRecord, kmsgTime } from '../../lib/monitors/lines/kmsg.ts';
import type { LogLine } from '../../lib/monitors/match/ring.ts';

export interface KmsgParts {
  readonly clock: Clock;
  /** CLOCK_MONOTONIC of the kernel, by which it stamps its records. */
  readonly kernelTime: () => Duration;
  readonly follow: (argv: readonly [string, ...string[]], listener: FollowListener) => Following;
  /** Sequence number of the last record that was worked on. */
  readonly after: number | undefined;
  readonly signal: AbortSignal;
  /** Called after `position` has moved behind them. */
  onLines(lines: readonly LogLine[]): void;
  onLost(count: number): void;
  /** undefined: it is being read. */
  onBlind(why: string | undefined): void;
}

export interface KmsgFeed {
  readonly position: number | undefined;
}

/** An overrun ends `cat`, and the next one goes on at once; a device that is not there is asked for again later. */
const FIRST_PAUSE = seconds(1);
const LONGEST_PAUSE = seconds(60);
/** One that has read for so long did not fail to start. */
const STEADY = seconds(30);

function linesOf(record: KmsgRecord, time: number): readonly LogLine[] {
  const trusted = isFromKernel(record);
  return record.message.split('\n').map((message) => ({ message, time, trusted }));
}

/**
 * Follows /dev/kmsg through `cat`: the device can only be waited for by poll(2), which node does not offer for it, or by a read that blocks
 * a thread for ever. A reader that was too slow gets EPIPE, `cat` ends, and the next one begins at the oldest record: what is known is
 * skipped, what is missing is told.
 */
export function followKmsg(parts: KmsgParts): KmsgFeed {
  const { clock, kernelTime, signal } = parts;
  let reader = new KmsgReader(parts.after);
  let pause = FIRST_PAUSE;
  let child: Following | undefined;

  function take(bytes: Uint8Array): void {
    const clocks = { now: clock.now(), monotonic: kernelTime() };
    const lines: LogLine[] = [];
    for (const item of reader.push(bytes)) {
      if (item.kind === 'lost') parts.onLost(item.count);
      else lines.push(...linesOf(item.record, kmsgTime(item.record, clocks)));
    }
    parts.onBlind(undefined);
    if (lines.length > 0) parts.onLines(lines);
  }

  function begin(): void {
    if (signal.aborted) return;
    const started = clock.monotonic();
    const onEnd = (why: string) => {
      if (signal.aborted) return;
      const lasted = clock.monotonic() - started;
      pause = lasted >= STEADY ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
      parts.onBlind(why);
      reader = new KmsgReader(reader.position);
      clock.sleep(pause, signal).then(begin, () => undefined);
    };
    child = parts.follow(['cat', '/dev/kmsg'], { onBytes: take, onEnd });
  }

  signal.addEventListener('abort', () => child?.stop(), { once: true });
  begin();
  return {
    get position() {
      return reader.position;
    },
  };
}
