import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { badFlag, removeBadFlag } from './shared/bad-flag.ts';
import { addDropIn, ensureActive, property, removeDropIn } from './shared/unit.ts';

const name = 'kubelet-gave-up';
const unit = 'kubelet';

export const kubeletGaveUp: Fault = {
  name,
  title: 'a flag that the kubelet does not know: it failed three times, then systemd gave up',
  // Starting it once more would not help, whatever the start limit says.
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletCrashLooping' }],
  async break(host) {
    const limit = '[Unit]\nStartLimitIntervalSec=600\nStartLimitBurst=3\n';
    await addDropIn(host, unit, name, `${limit}[Service]\n${await badFlag(host, name)}RestartSec=200ms\n`);
    await host.sh(`systemctl restart --no-block ${unit}`);
    const gaveUp = async (): Promise<true | undefined> =>
      (await property(host, unit, 'ActiveState')) === 'failed' ? true : undefined;
    await waitFor('systemd to give up on the kubelet', gaveUp, { timeoutMs: 30_000 });
  },
  async mend(host) {
    await removeBadFlag(host, name);
    await removeDropIn(host, unit, name);
    await ensureActive(host, unit);
  },
};
