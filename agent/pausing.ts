import { mkdir, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AgentError } from '../lib/errors.ts';
import { writeWhole } from '../lib/host/write-file.ts';
import { codeOf } from '../lib/model/error-words.ts';
import { describePause, formatPauseFile, type Pause, type PauseOrder, parsePauseFile } from '../lib/model/pause-file.ts';
import { printable } from '../lib/model/printable.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Instant } from '../lib/model/units.ts';

const MOST_REASON = 500;

export async function writePause(path: string, order: PauseOrder): Promise<void> {
  // For everybody to read, as the configuration beside it.
  await mkdir(dirname(path), { recursive: true, mode: 0o755 }).catch(() => undefined);
  // An escape or a second line in the reason would make the file one that nobody understands, and the pause one without end.
  const text = formatPauseFile({ ...order, reason: printable(order.reason, MOST_REASON), by: printable(order.by) });
  const answer = await writeWhole({ path, text, mode: 0o644 });
  if (answer.kind === 'done') return;
  const late = answer.kind === 'timed-out' ? `no answer for ${formatDuration(answer.after)}` : undefined;
  const why = late ?? ('why' in answer ? answer.why : answer.kind);
  throw new AgentError('OUTPUT_UNWRITABLE', `${path} was not written: ${why}; nothing is paused`);
}

/** `over`: it was there and paused nothing any more. */
export type Lifted = { readonly kind: 'none' } | { readonly kind: 'over' } | { readonly kind: 'lifted'; readonly pause: Pause };

export async function liftPause(path: string, now: Instant): Promise<Lifted> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => (codeOf(error) === 'ENOENT' ? undefined : ''));
  if (text === undefined) return { kind: 'none' };
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'none' };
    throw new AgentError('OUTPUT_UNWRITABLE', `${path} was not removed: ${codeOf(error) ?? String(error)}; it still pauses`, {
      cause: error,
    });
  }
  const pause = parsePauseFile(text, now);
  return pause === undefined ? { kind: 'over' } : { kind: 'lifted', pause };
}

/** `paused until 2026-…: new disks`. */
export function pauseWords(pause: Pause): string {
  const until = pause.until === undefined ? 'without end' : `until ${new Date(pause.until).toISOString()}`;
  const why = describePause(pause);
  return `${until}${why === '' ? '' : `: ${why}`}`;
}
