import { paceMeter, progressLine } from '../../lib/docker/progress.ts';
import type { Clock } from '../../lib/host/host.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { Terminal } from '../terminal.ts';
import type { Telling } from './stages.ts';

/** A log is not filled by a copy of hours. */
const PLAIN_EVERY: Duration = seconds(10);
const DRAWN_EVERY: Duration = seconds(0.2);

/** Steps as lines with the time since the start; the copy as one line that is redrawn on a terminal, and now and then elsewhere. */
export function tellOn(terminal: Terminal, clock: Clock, total: number): Telling {
  const began = clock.monotonic();
  const pace = paceMeter(total);
  let drawn = false;
  let last = Number.NEGATIVE_INFINITY;
  const endLine = () => {
    if (drawn) terminal.print('\n');
    drawn = false;
  };
  return {
    say(text) {
      endLine();
      terminal.print(`  ${formatDuration(clock.monotonic() - began).padStart(7)}  ${text}\n`);
    },
    progress(progress) {
      const now = clock.monotonic();
      const measured = pace(now, progress.bytes);
      if (now - last < (terminal.interactive ? DRAWN_EVERY : PLAIN_EVERY) && progress.share < 1) return;
      last = now;
      const line = progressLine(progress, total, measured);
      if (terminal.interactive)
        terminal.print(`\r           ${line.padEnd(terminal.columns - 12).slice(0, terminal.columns - 12)}`);
      else terminal.print(`           ${line}\n`);
      drawn = terminal.interactive;
    },
  };
}
