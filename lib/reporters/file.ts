import type { Reporter, Snapshot, Tidings } from '../model/snapshot.ts';
import type { Duration } from '../model/units.ts';
import { courier } from './courier.ts';

export interface FileOptions {
  readonly id: string;
  /** What the file holds; `undefined`: nothing to write yet. */
  readonly text: (snapshot: Snapshot) => string;
  /** What a change of has to be seen at once. */
  readonly essence: (snapshot: Snapshot) => string;
  /** Written at least as often. */
  readonly every: Duration;
  /** The whole file or nothing. Resolves to why it could not, or to undefined. */
  readonly write: (text: string) => Promise<string | undefined>;
  /** Called when the reason it cannot be written changes. */
  readonly onFailure?: (why: string) => void;
}

export interface FileReporter extends Reporter {
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** A file that says what the agent thinks: at once when that changes, else now and then. */
export function fileReporter({ id, text, essence, every, write, onFailure }: FileOptions): FileReporter {
  let written: { readonly essence: string; readonly at: Duration } | undefined;
  let failure: string | undefined;
  let latest: Tidings | undefined;

  async function deliver(): Promise<void> {
    if (latest === undefined) return;
    const { snapshot, monotonic } = latest;
    const present = essence(snapshot);
    if (written !== undefined && written.essence === present && monotonic - written.at < every) return;
    const why = await write(text(snapshot));
    if (why !== undefined && why !== failure) onFailure?.(why);
    failure = why;
    written = { essence: present, at: monotonic };
  }

  const sending = courier(deliver, (error) => onFailure?.(String(error)));
  return {
    id,
    async report(tidings) {
      latest = tidings;
      sending.start();
    },
    settled: sending.settled,
    close: sending.close,
  };
}
