import { type ScheduledCheck, type WatchOptions, watch } from './watch.ts';

/** The checks that run, each on its own clock; which ones, and how, may change while they run. */
export interface Watching {
  /** Starts what is new or different, ends what is not there any more, leaves the others alone; returns the ids that ended. */
  reschedule(checks: readonly ScheduledCheck[]): readonly string[];
  /** Has a check look at once, and go on from there: soon again after trouble. */
  wake(check: string): void;
  /** Resolves when the signal was aborted and every check has ended. */
  readonly ended: Promise<void>;
}

interface Running {
  readonly scheduled: ScheduledCheck;
  readonly key: string;
  readonly stop: AbortController;
}

const keyOf = ({ interval, settings }: ScheduledCheck) => JSON.stringify([interval, settings]);

export function openWatching(checks: readonly ScheduledCheck[], options: WatchOptions): Watching {
  const { signal } = options;
  const running = new Map<string, Running>();
  const ending = new Set<Promise<void>>();
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();

  function start(scheduled: ScheduledCheck): void {
    const stop = new AbortController();
    running.set(scheduled.check.id, { scheduled, key: keyOf(scheduled), stop });
    const ended = watch([scheduled], { ...options, signal: AbortSignal.any([signal, stop.signal]) });
    const kept = ended.finally(() => ending.delete(kept));
    ending.add(kept);
  }

  function reschedule(wanted: readonly ScheduledCheck[]): readonly string[] {
    const byId = new Map(wanted.map((scheduled) => [scheduled.check.id, scheduled]));
    const gone = [...running.keys()].filter((id) => !byId.has(id));
    for (const [id, { key, stop }] of [...running]) {
      const next = byId.get(id);
      if (next !== undefined && keyOf(next) === key) continue;
      stop.abort();
      running.delete(id);
    }
    for (const [id, scheduled] of byId) if (!running.has(id)) start(scheduled);
    return gone;
  }

  reschedule(checks);
  return {
    reschedule,
    wake(check) {
      const known = running.get(check);
      if (known === undefined || signal.aborted) return;
      known.stop.abort();
      start(known.scheduled);
    },
    ended: aborted.then(async () => {
      await Promise.all(ending);
    }),
  };
}
