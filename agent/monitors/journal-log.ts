import type { HostView } from '../../lib/host/host.ts';
import { parseProcessState } from '../../lib/model/proc-stat.ts';
import type { Instant } from '../../lib/model/units.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { isTrustedEntry, type JournalEntry } from '../../lib/monitors/lines/journal.ts';
import { isAfter, timeOf } from '../../lib/monitors/lines/journal-cursor.ts';
import { grepPattern } from '../../lib/monitors/lines/journal-grep.ts';
import type { LogLine } from '../../lib/monitors/match/ring.ts';
import { followJournal, type JournalFeed, type JournalFeedParts } from './journal-feed.ts';
import { whyNoJournal } from './journald.ts';
import { KUBELET_IDENTIFIER, type KubeletEar } from './kubelet-ear.ts';
import type { Seat } from './log-desk.ts';
import type { Sink } from './sink.ts';

/** node-problem-detector's files name the place of most distributions; where it is in memory alone, or elsewhere, the system's own is meant. */
const SYSTEM_JOURNALS = new Set(['', '/var/log/journal', '/run/log/journal']);

/** "": the system's own. */
export const directoryOf = ({ log }: LogMonitor): string =>
  log.plugin !== 'journald' || SYSTEM_JOURNALS.has(log.path.replace(/\/+$/, '')) ? '' : log.path;
const identifierOf = ({ log }: LogMonitor): string => (log.plugin === 'journald' ? log.identifier : '');

const keyOf = (directory: string, identifier: string) => `${directory}\0${identifier}`;

const nameOf = (directory: string) => (directory === '' ? 'the journal' : directory);

const toLine = (entry: JournalEntry): LogLine => ({
  message: entry.message,
  time: entry.time,
  trusted: isTrustedEntry(entry),
});

/** What all of them need, and who listens along; undefined: every message. */
function grepOf(seats: readonly Seat[], also: string | undefined): string | undefined {
  const needles = seats.map(({ engine }) => engine.needles);
  const own = needles.includes(undefined) ? undefined : grepPattern(needles.flatMap((some) => some ?? []));
  return own === undefined || also === undefined ? own : `${own}|${also}`;
}

/** Why the journal cannot be read, by whose fault. */
interface Blindness {
  readonly child?: string | undefined;
  readonly daemon?: string | undefined;
  readonly reader?: string | undefined;
}

/** One journal, read once for all of its monitors. */
export class JournalLog {
  readonly directory: string;
  readonly #sink: Sink;
  readonly #seats: readonly Seat[];
  readonly #identifiers: readonly string[];
  /** Where monitors of an identifier had been: entries up to there are not theirs any more. */
  readonly #reached: Map<string, string>;
  readonly #resumed: ReadonlySet<string>;
  readonly #before: Readonly<Record<string, string>>;
  /** Listens along where the kubelet's lines are followed anyway. */
  readonly #ear: KubeletEar | undefined;
  #feed: JournalFeed | undefined;
  #why: Blindness = {};
  /** The reader has begun, and goes on. */
  #reads = false;
  #wasBlocked = false;

  constructor(directory: string, seats: readonly Seat[], sink: Sink) {
    this.directory = directory;
    this.#sink = sink;
    this.#seats = seats;
    this.#identifiers = [...new Set(seats.map(({ engine }) => identifierOf(engine.monitor)))].sort();
    this.#ear = directory === '' && this.#identifiers.includes(KUBELET_IDENTIFIER) ? sink.ear : undefined;
    const known = this.#identifiers.flatMap((identifier) => {
      const cursor = sink.saved?.journals[keyOf(directory, identifier)];
      return cursor === undefined ? [] : [[identifier, cursor] as const];
    });
    this.#reached = new Map(known);
    this.#resumed = new Set(known.map(([identifier]) => identifier));
    this.#before = Object.fromEntries(known.map(([identifier, cursor]) => [keyOf(directory, identifier), cursor]));
  }

  /** By directory and identifier. */
  get cursors(): Readonly<Record<string, string>> {
    const position = this.#feed?.position;
    if (position === undefined) return this.#before;
    return Object.fromEntries(this.#identifiers.map((identifier) => [keyOf(this.directory, identifier), position]));
  }

  begin({ follow: follower, boot, signal }: Pick<JournalFeedParts, 'follow' | 'boot' | 'signal'>): void {
    const cursors = new Set(this.#reached.values());
    const isOne = cursors.size === 1 && this.#reached.size === this.#identifiers.length;
    this.#feed = followJournal({
      clock: this.#sink.clock,
      follow: follower,
      directory: this.directory,
      identifiers: this.#identifiers,
      boot,
      grep: grepOf(this.#seats, this.#ear?.grep),
      after: isOne ? [...cursors][0] : undefined,
      since: this.#since(),
      signal,
      onEntries: (entries) => {
        this.#ear?.hear(entries);
        this.#take(entries);
        this.#sink.moved();
      },
      onBlind: (why) => {
        this.#reads = why === undefined;
        this.#see({ child: why });
      },
    });
  }

  /** The journal can be read when nobody writes it any more, and its reader can live without reading. */
  async look(host: HostView): Promise<void> {
    const reader = await this.#whyNoReader(host);
    this.#see({ reader, ...(this.directory === '' ? { daemon: await whyNoJournal(host) } : {}) });
  }

  async #whyNoReader(host: HostView): Promise<string | undefined> {
    const { pid } = this.#feed ?? {};
    const status = pid === undefined ? undefined : await host.readFile(`/proc/${pid}/stat`);
    const state = status?.kind === 'text' ? parseProcessState(status.text) : undefined;
    if (state === 'T' || state === 't') return `journalctl (${pid}) is stopped by a signal`;
    // Once is a read from the disk.
    const isHung = state === 'D' && this.#wasBlocked;
    this.#wasBlocked = state === 'D';
    return isHung ? `journalctl (${pid}) hangs in the kernel` : undefined;
  }

  #since(): Instant {
    const starts = this.#seats.flatMap(({ engine, from }) => {
      const cursor = this.#reached.get(identifierOf(engine.monitor));
      return (cursor === undefined ? undefined : timeOf(cursor)) ?? from;
    });
    return Math.min(...starts);
  }

  #take(entries: readonly JournalEntry[]): void {
    const { guard, tell, desk, clock } = this.#sink;
    for (const [identifier, own] of Map.groupBy(entries, (entry) => entry.identifier)) {
      const fresh = own.filter((entry) => this.#isFresh(identifier, entry));
      const context = { now: clock.now(), resumed: this.#resumed.has(identifier) };
      const hears = (monitor: LogMonitor) => identifierOf(monitor) === identifier && directoryOf(monitor) === this.directory;
      if (fresh.length > 0) guard(() => tell('journald', desk.take(hears, fresh.map(toLine), context)));
    }
  }

  #isFresh(identifier: string, { cursor }: JournalEntry): boolean {
    const reached = this.#reached.get(identifier);
    if (reached === undefined) return true;
    if (!isAfter(cursor, reached)) return false;
    this.#reached.delete(identifier);
    return true;
  }

  #see(why: Blindness): void {
    this.#why = { ...this.#why, ...why };
    const one = this.#why.child ?? this.#why.daemon ?? this.#why.reader;
    this.#ear?.see(one ?? (this.#reads ? undefined : 'nothing was read yet'));
    this.#sink.see(nameOf(this.directory), 'journald', one);
  }
}
