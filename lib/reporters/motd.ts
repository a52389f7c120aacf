import type { Reporter, Snapshot, Tidings } from '../model/snapshot.ts';
import { clip } from './clip.ts';
import { courier } from './courier.ts';
import { isCertain, nameProblem } from './problem-words.ts';

/** Five lines of a terminal; a longer one hides the prompt. */
const LINE = 400;
const REASON = 100;
const MOST_GIVEN_UP = 3;

const more = (count: number) => (count > 0 ? `; ${count} more` : '');

function pauseWords({ reason, until }: NonNullable<Snapshot['paused']>): string {
  return `remedies paused${until === undefined ? '' : ` until ${until}`}${reason === '' ? '' : `: ${clip(reason, REASON)}`}`;
}

/** What whoever logs in ought to know before anything else, without numbers that move by themselves; undefined: nothing. */
export function motdLine({ health, problems, paused }: Snapshot): string | undefined {
  const [first, ...others] = problems.filter((problem) => problem.severity !== 'notice' && isCertain(problem));
  const givenUp = [...new Set(problems.filter(({ exhausted }) => exhausted).map(({ type }) => type))];
  const isUnwell = health === 'Degraded' || health === 'Critical';
  if (!isUnwell && givenUp.length === 0 && paused === null) return undefined;
  const named = givenUp.slice(0, MOST_GIVEN_UP).join(', ');
  const parts = [
    `nodemend: ${health}${first === undefined ? '' : `: ${clip(nameProblem(first), LINE / 2)}${more(others.length)}`}`,
    ...(named === '' ? [] : [`given up: ${named}${more(givenUp.length - MOST_GIVEN_UP)}`]),
    ...(paused === null ? [] : [pauseWords(paused)]),
  ];
  return `${clip(parts.join('; '), LINE)}; see: nodemend status\n`;
}

export interface MotdOptions {
  /** What to show; undefined: nothing. */
  readonly line: (snapshot: Snapshot) => string | undefined;
  /** Shows the line in place of the last one, or takes it away. Resolves to why it could not, or to undefined. */
  readonly show: (line: string | undefined) => Promise<string | undefined>;
  /** Called when the reason it cannot be shown changes. */
  readonly onFailure?: (why: string) => void;
}

export interface MotdReporter extends Reporter {
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** A line that stands as long as there is something to say, and is touched only when that changes. */
export function motdReporter({ line, show, onFailure }: MotdOptions): MotdReporter {
  let latest: Tidings | undefined;
  // What a former life left is not known: the first telling decides.
  let shown: { readonly line: string | undefined } | undefined;
  let failure: string | undefined;
  let isClosed = false;

  async function deliver(): Promise<void> {
    if (latest === undefined) return;
    // Who is not there to take it away later must not leave it.
    const wanted = isClosed ? undefined : line(latest.snapshot);
    if (shown !== undefined && shown.line === wanted) return;
    const why = await show(wanted);
    if (why !== undefined && why !== failure) onFailure?.(why);
    failure = why;
    shown = why === undefined ? { line: wanted } : undefined;
  }

  const sending = courier(deliver, (error) => onFailure?.(String(error)));
  return {
    id: 'motd',
    async report(tidings) {
      latest = tidings;
      sending.start();
    },
    settled: sending.settled,
    async close(signal) {
      isClosed = true;
      await sending.close(signal);
    },
  };
}
