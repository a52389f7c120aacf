import pino from 'pino';
import type { Log } from '../lib/reporters/log.ts';

const MOST_WAITING = 65_536;
let dropped = 0;

/** Lines that were not written because nobody took them. */
export const droppedLines = (): number => dropped;

/** JSON lines for the journal. Never waits: a dead journald would freeze the agent with the first full pipe. */
export function openLog(): Log {
  return pino(
    { base: null, formatters: { level: (level) => ({ level }) } },
    {
      write(line: string) {
        if (process.stdout.writableLength > MOST_WAITING) dropped += 1;
        else process.stdout.write(line);
      },
    },
  );
}
