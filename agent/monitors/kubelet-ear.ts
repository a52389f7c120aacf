import type { Clock } from '../../lib/host/host.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { JournalEntry } from '../../lib/monitors/lines/journal.ts';
import { grepPattern } from '../../lib/monitors/lines/journal-grep.ts';
import { needlesOf } from '../../lib/monitors/regexp/needles.ts';
import { parsePattern } from '../../lib/monitors/regexp/parse.ts';
import { API_ERRORS, isApiError } from '../../lib/sources/kubelet/api-error-lines.ts';
import { PLEG_COMPLAINT, parsePlegComplaint } from '../../lib/sources/kubelet/pleg-complaint.ts';

/** As whom the kubelet logs where its unit starts it without a wrapper. */
export const KUBELET_IDENTIFIER = 'kubelet';

/**
 * Hears what the kubelet complains of through the journal that is followed anyway: while it is silent there, its log need not be read
 * each minute by a journalctl of its own.
 */
export interface KubeletEar {
  /** What one of its complaints must contain, as journalctl's --grep takes it. */
  readonly grep: string;
  hear(entries: readonly JournalEntry[]): void;
  /** `why` undefined: the journal is read. */
  see(why: string | undefined): void;
  /** How long the journal has been read without a complaint; 0: it is not. */
  quietFor(): Duration;
}

/** When it is asked for: what is worked out as the program is loaded comes before READY. */
function complaintsAsGrep(): string {
  const needles = [...API_ERRORS, PLEG_COMPLAINT].flatMap(({ source }) => needlesOf(parsePattern(source).node) ?? []);
  return grepPattern(needles) ?? '';
}

/** Whoever wrote it: one that is forged costs a reading of the kubelet's log, which believes none. */
const isComplaint = ({ identifier, message }: JournalEntry): boolean =>
  identifier === KUBELET_IDENTIFIER && (parsePlegComplaint(message) !== undefined || isApiError(message));

export function openKubeletEar(clock: Pick<Clock, 'monotonic'>): KubeletEar {
  let since: Duration | undefined;
  return {
    get grep() {
      return complaintsAsGrep();
    },
    hear(entries) {
      if (since !== undefined && entries.some(isComplaint)) since = clock.monotonic();
    },
    see(why) {
      since = why === undefined ? (since ?? clock.monotonic()) : undefined;
    },
    quietFor: () => (since === undefined ? 0 : clock.monotonic() - since),
  };
}
