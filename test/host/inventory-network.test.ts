import { describe, expect, it } from 'vitest';
import { readNetwork } from '../../lib/host/inventory-network.ts';
import { fakeNode } from '../fakes/node.ts';

const AT = '/sys/class/net';

describe('readNetwork', () => {
  it('has what carries the node, counts what carries its pods, and tells no address', async () => {
    const names = ['bond0', 'bonding_masters', 'cali1', 'cali2', 'docker0', 'eno1', 'enx0011223344ff', 'lo'];
    const network = await readNetwork(
      fakeNode({
        directories: { [AT]: names },
        status: {
          [`${AT}/bond0/bonding`]: {},
          [`${AT}/docker0/bridge`]: {},
          [`${AT}/eno1/device`]: {},
          [`${AT}/enx0011223344ff/device`]: {},
        },
        links: { [`${AT}/eno1/device/driver`]: '../../../../bus/pci/drivers/ice' },
        files: {
          [`${AT}/eno1/operstate`]: 'up\n',
          [`${AT}/eno1/speed`]: '25000\n',
          [`${AT}/eno1/duplex`]: 'full\n',
          [`${AT}/eno1/mtu`]: '9000\n',
          // As an interface that is down answers: EINVAL.
          [`${AT}/bond0/speed`]: { kind: 'failed', code: 'EINVAL' },
          [`${AT}/docker0/speed`]: '-1\n',
          [`${AT}/docker0/duplex`]: 'unknown\n',
        },
      }),
    );

    expect(network).toEqual({
      interfaces: [
        { name: 'bond0', kind: 'bond' },
        { name: 'docker0', kind: 'bridge' },
        { name: 'eno1', kind: 'physical', driver: 'ice', state: 'up', megabits: 25_000, duplex: 'full', mtu: 9000 },
        { name: 'enx…', kind: 'physical' },
      ],
      others: 2,
    });
  });

  it('is bounded', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `eth${index}`);
    const status = Object.fromEntries(names.map((name) => [`${AT}/${name}/device`, {}]));
    const { interfaces, others } = await readNetwork(fakeNode({ directories: { [AT]: names }, status }));

    expect([interfaces.length, others]).toEqual([64, 436]);
  });

  it('says why there is nothing', async () => {
    await expect(readNetwork(fakeNode({}))).rejects.toThrow('/sys/class/net: missing');
  });
});
