import { follow } from '../../lib/host/follow.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { followKmsg, type KmsgFeed, type KmsgParts } from './kmsg.ts';
import type { Sink } from './sink.ts';

export interface KmsgLogParts extends Pick<KmsgParts, 'kernelTime' | 'signal'> {
  readonly follow?: KmsgParts['follow'] | undefined;
}

const isKernel = ({ log }: LogMonitor) => log.plugin === 'kmsg';

/** Reads the kernel log, if a monitor asks for it. */
export class KmsgLog {
  readonly #sink: Sink;
  #feed: KmsgFeed | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Sequence number of the last record that was worked on. */
  get position(): number | undefined {
    return this.#feed?.position ?? this.#sink.saved?.kmsg;
  }

  /** Begins to read; goes on until the signal. */
  run({ kernelTime, follow: follower = follow, signal }: KmsgLogParts): void {
    const { clock, desk, saved, log, guard, moved, see, say, tell } = this.#sink;
    if (!desk.engines.some(({ monitor }) => isKernel(monitor))) return;
    const after = saved?.kmsg;
    this.#feed = followKmsg({
      clock,
      kernelTime,
      follow: follower,
      after,
      signal,
      onLines: (lines) => {
        const context = { now: clock.now(), resumed: after !== undefined };
        guard(() => tell('kmsg', desk.take(isKernel, lines, context)));
        moved();
      },
      onLost: (count) => {
        log.warn({ count }, 'records of the kernel log were overwritten before they were read');
        const message = `${count} records of /dev/kmsg were overwritten before they were read`;
        say({ type: 'Warning', reason: 'KernelLogLinesLost', message, key: 'lost\0kmsg' });
      },
      onBlind: (why) => see('/dev/kmsg', 'kmsg', why),
    });
  }
}
