import type { EventEmitter } from 'node:events';

/** Aborted when the service manager or a person ends this program. */
export function untilToldToEnd(process: Pick<EventEmitter, 'on'>): AbortSignal {
  const ended = new AbortController();
  // Never `once`: execa's clean-up listens, too, finds itself alone when ours has removed itself, and sends the signal again.
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => ended.abort());
  return ended.signal;
}
