import { follow } from '../../lib/host/follow.ts';
import type { HostView } from '../../lib/host/host.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import { onBeat } from '../beat.ts';
import type { JournalFeedParts } from './journal-feed.ts';
import { directoryOf, JournalLog } from './journal-log.ts';
import { bootToName } from './journald.ts';
import type { Sink } from './sink.ts';

/** How often it is looked whether anybody writes the journal. */
const LOOK: Duration = seconds(30);

interface JournalParts {
  readonly host: HostView;
  /** The one this host is in. */
  readonly boot: string;
  readonly follow?: JournalFeedParts['follow'] | undefined;
  readonly signal: AbortSignal;
}

/** Reads the journals that monitors name, and nothing of them that no monitor asks for. */
export class JournalLogs {
  readonly #sink: Sink;
  readonly #journals: readonly JournalLog[];

  constructor(sink: Sink) {
    this.#sink = sink;
    const seats = sink.desk.seats.filter(({ engine }) => engine.monitor.log.plugin === 'journald');
    const places = Map.groupBy(seats, ({ engine }) => directoryOf(engine.monitor));
    this.#journals = [...places].map(([directory, own]) => new JournalLog(directory, own, sink));
  }

  get cursors(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.#journals.map(({ cursors }) => cursors));
  }

  async run({ host, boot, follow: follower = follow, signal }: JournalParts): Promise<void> {
    if (this.#journals.length === 0) return;
    const { clock } = this.#sink;
    const named = await bootToName(host, boot);
    for (const journal of this.#journals) journal.begin({ follow: follower, boot: named, signal });
    while (!signal.aborted) {
      for (const journal of this.#journals) await journal.look(host);
      if (signal.aborted) return;
      await clock.sleep(onBeat(LOOK, clock.monotonic()), signal).catch(() => undefined);
    }
  }
}
