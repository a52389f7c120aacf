import type { Following, FollowListener } from '../../lib/host/follow.ts';
import type { Clock } from '../../lib/host/host.ts';
import { type Instant, ms, seconds } from '../../lib/model/units.ts';
import type { JournalEntry } from '../../lib/monitors/lines/journal.ts';
import { JOURNAL_FIELDS } from '../../lib/monitors/lines/journal.ts';
import { JournalExportReader } from '../../lib/monitors/lines/journal-export.ts';
import { alarm } from '../../lib/sources/alarm.ts';

export interface JournalFeedParts {
  readonly clock: Clock;
  readonly follow: (argv: readonly [string, ...string[]], listener: FollowListener) => Following;
  /** '': the system's own. */
  readonly directory: string;
  /** SYSLOG_IDENTIFIERs that are read; of the others nothing is. */
  readonly identifiers: readonly string[];
  /** Of the entries that are read, where it is not the one that journalctl sees; --follow reads no other boot's. */
  readonly boot: string | undefined;
  /** What a message must contain; undefined: all are needed. */
  readonly grep: string | undefined;
  /** Of the last entry that was worked on. */
  readonly after: string | undefined;
  /** Where to begin without it. */
  readonly since: Instant;
  readonly signal: AbortSignal;
  /** Called after `position` has moved behind them. */
  onEntries(entries: readonly JournalEntry[]): void;
  /** undefined: it is being read. */
  onBlind(why: string | undefined): void;
}

export interface JournalFeed {
  readonly position: string | undefined;
  /** Of the journalctl that reads now. */
  readonly pid: number | undefined;
}

const FIRST_PAUSE = seconds(1);
const LONGEST_PAUSE = seconds(60);
/** One that has read for so long did not fail to start. */
const STEADY = seconds(30);
/** What is wrong with its arguments or the journal it says sooner. */
const STARTED = seconds(3);

/** journalctl writes 4 KiB at a time, and to take each of them costs more than what is in it; journald tells four times a second. */
const GATHER = ms(20);

/** What older ones lack: --output-fields came with systemd 236, --grep with 237, and not every build has it. */
const ABILITIES = ['everything', 'no grep', 'no fields'] as const;
const UNABLE = /unrecognized option|invalid option|without pattern matching|not supported|pattern matching support/i;
const NO_SUCH_CURSOR = /seek to cursor|parse cursor/i;

/** --no-tail: without it -f begins ten lines before the end, in old versions whatever else is asked for. */
function argumentsOf(parts: JournalFeedParts, ability: number, after: string | undefined): readonly [string, ...string[]] {
  const { directory, identifiers, grep, since, boot } = parts;
  return [
    'journalctl',
    '--quiet',
    '--follow',
    '--no-tail',
    '--output=export',
    ...(ability < 2 ? [`--output-fields=${JOURNAL_FIELDS.join(',')}`] : []),
    ...(ability < 1 && grep !== undefined ? ['--case-sensitive=yes', `--grep=${grep}`] : []),
    ...(directory === '' ? [] : [`--directory=${directory}`]),
    ...(boot === undefined ? [] : [`--boot=${boot}`]),
    after === undefined ? `--since=@${Math.floor(Math.max(0, since) / 1000)}` : `--after-cursor=${after}`,
    ...identifiers.map((identifier) => `SYSLOG_IDENTIFIER=${identifier}`),
  ];
}

/** Follows a journal through one journalctl for all monitors: it is asked for their identifiers and sleeps while others log. */
export function followJournal(parts: JournalFeedParts): JournalFeed {
  const { clock, signal } = parts;
  let position = parts.after;
  let ability = 0;
  let pause = FIRST_PAUSE;
  let child: Following | undefined;

  /** Whether it may be tried again at once, with less. */
  function adapt(why: string): boolean {
    if (NO_SUCH_CURSOR.test(why) && position !== undefined) {
      position = undefined;
      return true;
    }
    if (!UNABLE.test(why) || ability === ABILITIES.length - 1) return false;
    ability += 1;
    return true;
  }

  function begin(): void {
    if (signal.aborted) return;
    const reader = new JournalExportReader();
    const started = clock.monotonic();
    const notBlind = alarm(clock, STARTED, () => parts.onBlind(undefined));
    const onEnd = (why: string) => {
      notBlind();
      if (signal.aborted) return;
      if (adapt(why)) return begin();
      pause = clock.monotonic() - started >= STEADY ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
      parts.onBlind(why);
      clock.sleep(pause, signal).then(begin, () => undefined);
    };
    const onBytes = (bytes: Uint8Array) => {
      const entries = reader.push(bytes);
      if (entries.length === 0) return;
      position = entries.at(-1)?.cursor ?? position;
      parts.onBlind(undefined);
      parts.onEntries(entries);
    };
    child = parts.follow(argumentsOf(parts, ability, position), { onBytes, onEnd, gather: GATHER });
  }

  signal.addEventListener('abort', () => child?.stop(), { once: true });
  begin();
  return {
    get position() {
      return position;
    },
    get pid() {
      return child?.pid;
    },
  };
}
