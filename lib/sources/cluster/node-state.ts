import type { FileAnswer } from '../../host/host.ts';
import { describePause, PAUSE_FILE, parsePauseFile } from '../../model/pause-file.ts';
import { defineSource } from '../../model/source.ts';
import { type Instant, seconds } from '../../model/units.ts';

/** What bears on every remedy: how long the host has been up, and whether a person has paused us. */
export interface NodeState {
  readonly hostname: string;
  /** Milliseconds since boot; undefined when /proc could not be read. */
  readonly uptime: number | undefined;
  readonly pause: { readonly until: Instant | undefined; readonly reason: string } | undefined;
}

/** A pause file that exists and cannot be read still says: hands off. */
function pauseOf(answer: FileAnswer, now: Instant): NodeState['pause'] {
  if (answer.kind === 'missing') return undefined;
  if (answer.kind !== 'text') return { until: undefined, reason: `${PAUSE_FILE} is there and cannot be read (${answer.kind})` };
  const pause = parsePauseFile(answer.text, now);
  return pause === undefined ? undefined : { until: pause.until, reason: describePause(pause) };
}

export const nodeState = defineSource<NodeState>({
  id: 'node-state',
  deadline: seconds(2),
  async read(host) {
    const [hostname, uptime, pause] = await Promise.all([
      host.readFile('/proc/sys/kernel/hostname'),
      host.readFile('/proc/uptime'),
      host.readFile(PAUSE_FILE, { maxBytes: 4096 }),
    ]);
    return {
      hostname: hostname.kind === 'text' ? hostname.text.trim().toLowerCase() : '',
      uptime: uptime.kind === 'text' ? Number.parseFloat(uptime.text) * 1000 : undefined,
      pause: pauseOf(pause, host.clock.now()),
    };
  },
});
