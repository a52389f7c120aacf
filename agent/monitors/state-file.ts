import type { Clock, HostView } from '../../lib/host/host.ts';
import type { ControlAnswer } from '../../lib/host/host-control.ts';
import type { WholeFile } from '../../lib/host/write-file.ts';
import { type Duration, MiB, minutes, seconds } from '../../lib/model/units.ts';
import { decodeState, encodeState, type SavedState, stateForBoot } from '../../lib/monitors/saved-state.ts';
import { alarm } from '../../lib/sources/alarm.ts';

/** Where the logs stand and what follows from them, on disk. */
export interface StateFile {
  /** Something happened: written within a second. */
  urgent(): void;
  /** Lines passed that nobody was about: written within a minute. */
  lazy(): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface StateFileParts {
  readonly clock: Clock;
  readonly path: string;
  readonly state: () => SavedState;
  readonly write: (file: WholeFile) => Promise<ControlAnswer>;
  readonly onFailure: (why: string) => void;
}

const SOON: Duration = seconds(1);
const LATER: Duration = minutes(1);

/** What was saved and still holds in this boot. */
export async function readState(
  host: HostView,
  path: string,
  boot: string,
  kernelMonitors: ReadonlySet<string>,
): Promise<SavedState | undefined> {
  const file = await host.readFile(path, { maxBytes: 4 * MiB });
  const saved = file.kind === 'text' && !file.truncated ? decodeState(file.text) : undefined;
  return saved && stateForBoot(saved, boot, kernelMonitors);
}

function whyNot(answer: ControlAnswer): string {
  if (answer.kind === 'done') return '';
  return answer.kind === 'failed' ? answer.why : answer.kind;
}

export function openStateFile({ clock, path, state, write, onFailure }: StateFileParts): StateFile {
  let cancel: (() => void) | undefined;
  let due = Number.POSITIVE_INFINITY;
  let writing: Promise<void> | undefined;
  let failure = '';

  async function save(): Promise<void> {
    const answer = await write({ path, text: encodeState(state()), mode: 0o600 });
    const why = whyNot(answer);
    if (why !== '' && why !== failure) onFailure(why);
    failure = why;
  }

  function start(): void {
    due = Number.POSITIVE_INFINITY;
    writing = (writing ?? Promise.resolve()).then(save);
  }

  function within(pause: Duration): void {
    const at = clock.monotonic() + pause;
    if (at >= due) return;
    cancel?.();
    due = at;
    cancel = alarm(clock, pause, start);
  }

  return {
    urgent: () => within(SOON),
    lazy: () => within(LATER),
    async close() {
      cancel?.();
      if (Number.isFinite(due)) start();
      await writing;
    },
  };
}
