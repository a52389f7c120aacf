import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

const STATES = ['initializing', 'starting', 'running', 'degraded', 'maintenance', 'stopping'];

/** What systemd calls the whole host: `running`, `degraded`, `starting`, `stopping`, …; undefined: it did not say. */
export const systemState = defineSource<string | undefined>({
  id: 'system-state',
  deadline: seconds(3),
  async read(host) {
    // Its exit status is 0 for `running` alone.
    const result = await host.run(['systemctl', 'is-system-running'], { deadline: seconds(2), maxBytes: 1024 });
    const state = result.kind === 'exited' ? result.stdout.trim() : '';
    return STATES.includes(state) ? state : undefined;
  },
});
