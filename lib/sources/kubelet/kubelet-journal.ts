import type { HostView, RunResult } from '../../host/host.ts';
import { formatDuration } from '../../model/quantity.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, type Instant, MiB, minutes, seconds } from '../../model/units.ts';
import { type JournalEntry, parseJournal } from '../host/journal-entries.ts';
import { API_ERRORS_WITHIN, isApiError } from './api-error-lines.ts';
import { kubeletProcess } from './kubelet-process.ts';
import { parsePlegComplaint } from './pleg-complaint.ts';

export interface KubeletJournalRead {
  readonly kind: 'read';
  readonly unit: string;
  /** The lines seen begin here; absent when there is none. */
  readonly from?: Instant;
  /** Lines of the kubelet's present process. None: it logs elsewhere (rke2, k0s), and its silence means nothing. */
  readonly heard: number;
  /** As whom the present process logs; known only of a reading that went on from one before it. */
  readonly identifier?: string;
  /** Last PLEG complaint of the present process. A kubelet in trouble repeats it at least every 5 s. */
  readonly pleg?: { readonly at: Instant; readonly line: string; readonly age?: Duration };
  /** Its lines of the last minutes about requests that the API server did not answer well; absent: none. */
  readonly apiErrors?: number;
  /** When earlier runs ended in failure, within the last 10 minutes. */
  readonly failures: readonly Instant[];
  /** Last line by which a run said why it could not go on. */
  readonly fatal?: { readonly at: Instant; readonly line: string };
}

export type KubeletJournal = KubeletJournalRead | { readonly kind: 'unavailable'; readonly why: string };

// v1.20 exits by klog.Fatal, which dumps every goroutine after the line that matters.
const MOST_LINES = 1000;
const RECENT = minutes(10);

/** klog's fatal lines, Go's panics, and cobra's last word, in the words of v1.7 to v1.36. */
const FATAL =
  /^F\d{4} |^panic: |^fatal error: |"command failed"|^Error: |[Ff]ailed to run [Kk]ubelet|^E\d{4} .* server\.go:\d+\] (?:unknown|failed)|Failed at step /;
/** systemd's line about a run that ended by itself or for want of memory, in lower case before version 236; a signal from outside is no failure. */
const FAILED_RUN = /[Mm]ain process exited, code=(?:exited|dumped)|killed by the OOM killer/;

interface Subject {
  readonly unit: string;
  readonly pid: number | undefined;
  readonly startedAt: Instant;
}

/** What the unit's last lines tell, oldest first. */
export function toKubeletJournal(entries: readonly JournalEntry[], subject: Subject, now: Instant): KubeletJournalRead {
  const own = entries.filter(({ pid, at }) => pid === subject.pid && at >= subject.startedAt - seconds(1));
  const complaint = own.findLast(({ message }) => parsePlegComplaint(message) !== undefined);
  const fatal = entries.findLast(({ message, pid }) => pid !== subject.pid && FATAL.test(message));
  const age = complaint === undefined ? undefined : parsePlegComplaint(complaint.message)?.age;
  const apiErrors = own.filter(({ at, message }) => at > now - API_ERRORS_WITHIN && isApiError(message)).length;
  const first = entries[0];
  const identifier = own.at(-1)?.identifier;
  return {
    kind: 'read',
    unit: subject.unit,
    heard: own.length,
    failures: entries
      .filter(({ pid, at, message }) => pid === 1 && at > now - RECENT && FAILED_RUN.test(message))
      .map(({ at }) => at),
    ...(identifier === undefined ? {} : { identifier }),
    ...(apiErrors === 0 ? {} : { apiErrors }),
    ...(first === undefined ? {} : { from: first.at }),
    ...(complaint === undefined
      ? {}
      : { pleg: { at: complaint.at, line: complaint.message, ...(age === undefined ? {} : { age }) } }),
    ...(fatal === undefined ? {} : { fatal: { at: fatal.at, line: fatal.message } }),
  };
}

function explain(result: RunResult): string {
  if (result.kind === 'not-found') return 'no journalctl on this host';
  if (result.kind === 'timed-out') return `journalctl gave no answer within ${formatDuration(result.after)}`;
  if (result.kind === 'exited')
    return `journalctl: ${result.stderr.trim().split('\n')[0] ?? `exit status ${result.code}`}`.slice(0, 200);
  return `journalctl: ${result.kind === 'failed' ? result.code : result.signal}`;
}

/** Of a reading that stands alone, and of one that goes on from another: that one need not be read again if its writer is known. */
const FIELDS = '--output-fields=MESSAGE,_PID';
const FIELDS_ON = `${FIELDS},SYSLOG_IDENTIFIER`;

async function readLines(host: HostView, unit: string, since: readonly string[]): Promise<RunResult> {
  const argv = ['journalctl', '--no-pager', '--quiet', '-u', unit, '-n', String(MOST_LINES), '-o', 'json', ...since] as const;
  const options = { deadline: seconds(2.5), maxBytes: 4 * MiB };
  const result = await host.run([...argv, since.length === 0 ? FIELDS : FIELDS_ON], options);
  // systemd before 236 has no --output-fields.
  const tooOld = result.kind === 'exited' && result.code !== 0 && result.stderr.includes('output-fields');
  return tooOld ? host.run(argv, options) : result;
}

/** How long the agent may go on with a reading while it hears the kubelet by itself. */
export const LONGEST_KEPT = minutes(5);
/** How old it may be for the next one to begin before its end: what is due is done with the next beat. */
export const GOES_ON = LONGEST_KEPT + minutes(1.5);
/** Longer than that, and than the lines count that are counted anew each time. */
export const REACHES_BACK = seconds(400);

interface Reading {
  /** The kubelet's process, for ever: its PID alone comes back. */
  readonly run: string;
  readonly at: Duration;
}
const readings = new WeakMap<KubeletJournalRead, Reading>();

/** What the new lines do not speak of is as it was. */
export function goOn(last: KubeletJournalRead, news: KubeletJournalRead, now: Instant): KubeletJournalRead {
  const failures = new Set([...last.failures.filter((at) => at > now - RECENT), ...news.failures]);
  const { pleg = last.pleg, fatal = last.fatal, identifier = last.identifier } = news;
  const from = last.from ?? news.from;
  return {
    ...news,
    heard: news.heard > 0 ? news.heard : last.heard,
    failures: [...failures].sort((a, b) => a - b),
    ...(identifier === undefined ? {} : { identifier }),
    ...(from === undefined ? {} : { from }),
    ...(pleg === undefined ? {} : { pleg }),
    ...(fatal === undefined ? {} : { fatal }),
  };
}

/** The last reading, if it is of the same process and young enough for the next one to begin before its end. */
function lastOf(host: HostView, before: unknown, run: string): KubeletJournalRead | undefined {
  const last = before as KubeletJournal | undefined;
  const reading = last?.kind === 'read' ? readings.get(last) : undefined;
  const isGood = reading?.run === run && host.clock.monotonic() - reading.at < GOES_ON;
  return isGood && last?.kind === 'read' ? last : undefined;
}

export const kubeletJournal = defineSource<KubeletJournal>({
  id: 'kubelet-journal',
  deadline: seconds(9.5),
  keep: seconds(60),
  worthKeeping: ({ kind }) => kind === 'read',
  async read(host, { use, before }) {
    const kubelet = await use(kubeletProcess);
    const { unit } = kubelet;
    if (kubelet.kind === 'running' && kubelet.layout === 'container')
      return { kind: 'unavailable', why: 'the kubelet runs in a container and logs there' };
    if (unit === undefined) return { kind: 'unavailable', why: 'the kubelet belongs to no systemd unit' };
    const at = host.clock.monotonic();
    const run = kubelet.kind === 'running' ? `${unit} ${kubelet.pid} ${kubelet.startTicks}` : '';
    const last = run === '' ? undefined : lastOf(host, before, run);
    const result = await readLines(host, unit, last === undefined ? [] : [`--since=-${REACHES_BACK / 1000}s`]);
    if (result.kind !== 'exited' || result.code !== 0) return { kind: 'unavailable', why: explain(result) };
    // The newest lines are at the end, so a cut answer lacks exactly what is asked for.
    if (result.truncated) return { kind: 'unavailable', why: 'the last 1000 lines of the journal are longer than 4 MiB' };
    const [pid, startedAt] = kubelet.kind === 'running' ? [kubelet.pid, kubelet.startedAt] : [undefined, host.clock.now()];
    const now = host.clock.now();
    const lines = toKubeletJournal(parseJournal(result.stdout), { unit, pid, startedAt }, now);
    const read = last === undefined ? lines : goOn(last, lines, now);
    readings.set(read, { run, at });
    return read;
  },
});
