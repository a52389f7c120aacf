import type { Fault } from '../fault.ts';
import { ensureActive } from './shared/unit.ts';

export const dbusDead: Fault = {
  name: 'dbus-dead',
  title: 'the system bus is gone, its socket with it',
  expects: [],
  break: async (host) =>
    void (await host.sh('systemctl mask --quiet --runtime dbus.socket dbus.service && systemctl stop dbus.socket dbus.service')),
  async mend(host) {
    await host.sh('systemctl unmask --quiet --runtime dbus.socket dbus.service');
    await ensureActive(host, 'dbus.socket', 'dbus.service');
  },
};
