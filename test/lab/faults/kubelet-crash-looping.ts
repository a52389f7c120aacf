import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { badFlag, removeBadFlag } from './shared/bad-flag.ts';
import { addDropIn, ensureActive, property, removeDropIn } from './shared/unit.ts';

const name = 'kubelet-crash-looping';
const unit = 'kubelet';

export const kubeletCrashLooping: Fault = {
  name,
  title: 'a flag that the kubelet does not know: it ends at once, systemd starts it over and over',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletCrashLooping' }],
  async break(host) {
    // The unit's own 10 s between two starts would make a test wait for half a minute.
    await addDropIn(host, unit, name, `[Service]\n${await badFlag(host, name)}RestartSec=1\n`);
    await host.sh(`systemctl restart --no-block ${unit}`);
    const restarted = async (): Promise<true | undefined> =>
      Number(await property(host, unit, 'NRestarts')) >= 3 ? true : undefined;
    await waitFor('three restarts of the kubelet', restarted, { timeoutMs: 30_000 });
  },
  async mend(host) {
    await removeBadFlag(host, name);
    await removeDropIn(host, unit, name);
    await ensureActive(host, unit);
  },
};
