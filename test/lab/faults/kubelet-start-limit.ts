import { LabError } from '../error.ts';
import type { Fault } from '../fault.ts';
import { addDropIn, ensureActive, property, removeDropIn } from './shared/unit.ts';

const name = 'kubelet-start-limit';
const unit = 'kubelet';

export const kubeletStartLimit: Fault = {
  name,
  title: 'something restarted the kubelet too often and systemd refuses to start it once more; it is not at fault itself',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletStartLimitHit' }],
  async break(host) {
    await addDropIn(host, unit, name, '[Unit]\nStartLimitIntervalSec=600\nStartLimitBurst=3\n');
    await host.sh(`for i in 1 2 3 4 5; do systemctl restart ${unit} 2>/dev/null || exit 0; done`);
    const state = await property(host, unit, 'ActiveState');
    if (state !== 'failed') throw new LabError(`${unit} on ${host.name} is ${state} after five restarts, not failed`);
  },
  async mend(host) {
    await removeDropIn(host, unit, name);
    await ensureActive(host, unit);
  },
};
