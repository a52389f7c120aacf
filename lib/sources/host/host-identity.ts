import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

/** What the kubelet would tell of this machine; empty: the host does not say. */
export interface HostIdentity {
  readonly systemUuid: string;
  readonly machineId: string;
}

/** In the order in which cAdvisor looks. */
const SYSTEM_UUID = [
  '/sys/class/dmi/id/product_uuid',
  '/proc/device-tree/system-id',
  '/proc/device-tree/vm,uuid',
  '/etc/machine-id',
];
const MACHINE_ID = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

async function firstOf(host: HostView, paths: readonly string[]): Promise<string> {
  const answers = await Promise.all(paths.map((path) => host.readFile(path, { maxBytes: 256 })));
  const texts = answers.map((answer) => (answer.kind === 'text' ? answer.text.replaceAll('\0', '').trim() : ''));
  return texts.find((text) => text !== '') ?? '';
}

export const hostIdentity = defineSource<HostIdentity>({
  id: 'host-identity',
  deadline: seconds(3),
  async read(host) {
    const [systemUuid, machineId] = await Promise.all([firstOf(host, SYSTEM_UUID), firstOf(host, MACHINE_ID)]);
    return { systemUuid, machineId };
  },
});
