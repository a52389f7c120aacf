import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { badFlag, removeBadFlag } from './shared/bad-flag.ts';
import { addDropIn, ensureActive, property, removeDropIn } from './shared/unit.ts';

const name = 'kubelet-start-limit';
const unit = 'kubelet';

export const kubeletStartLimit: Fault = {
  name,
  title: 'the kubelet failed three times in a row and systemd gave up; what made it fail is gone by now',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletStartLimitHit' }],
  async break(host) {
    const limit = '[Unit]\nStartLimitIntervalSec=600\nStartLimitBurst=3\n';
    await addDropIn(host, unit, name, `${limit}[Service]\n${await badFlag(host, name)}RestartSec=200ms\n`);
    await host.sh(`systemctl restart --no-block ${unit}`);
    const gaveUp = async (): Promise<true | undefined> =>
      (await property(host, unit, 'ActiveState')) === 'failed' ? true : undefined;
    await waitFor('systemd to give up on the kubelet', gaveUp, { timeoutMs: 30_000 });
    await removeBadFlag(host, name);
  },
  async mend(host) {
    await removeBadFlag(host, name);
    await removeDropIn(host, unit, name);
    await ensureActive(host, unit);
  },
};
