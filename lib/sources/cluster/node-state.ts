import { defineSource } from '../../model/source.ts';
import { type Instant, seconds } from '../../model/units.ts';

const PAUSE_FILE = '/etc/nodemend/pause';

/** What bears on every remedy: how long the host has been up, and whether a person has paused us. */
export interface NodeState {
  readonly hostname: string;
  /** Milliseconds since boot; undefined when /proc could not be read. */
  readonly uptime: number | undefined;
  readonly pause: { readonly until: Instant | undefined; readonly reason: string } | undefined;
}

/** The pause file: empty or free text pauses until it is removed; a first word that is an RFC 3339 time, until then. */
function parsePause(text: string, now: Instant): NodeState['pause'] {
  const [first = '', ...rest] = text.trim().split(/\s+/);
  const until = /^\d{4}-\d{2}-\d{2}T/.test(first) ? Date.parse(first) : Number.NaN;
  if (Number.isNaN(until)) return { until: undefined, reason: text.trim() };
  return until > now ? { until, reason: rest.join(' ') } : undefined;
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
      // A pause file that exists and cannot be read still says: hands off.
      pause: pause.kind === 'missing' ? undefined : parsePause(pause.kind === 'text' ? pause.text : '', host.clock.now()),
    };
  },
});
