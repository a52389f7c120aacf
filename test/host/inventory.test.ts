import type { Systeminformation } from 'systeminformation';
import { describe, expect, it } from 'vitest';
import { toDisks, toMachine, toMemory, toProcessors } from '../../lib/host/inventory.ts';

const disk = (more: object = {}) =>
  ({ device: '/dev/sda', type: 'HD', name: '', vendor: '', size: 1, serialNum: 'S', smartStatus: 'unknown', ...more }) as never;

describe('the inventory', () => {
  it('leaves out what firmware says where its maker said nothing, and every number that none gave', () => {
    const system = { manufacturer: 'To Be Filled By O.E.M.', model: 'System Product Name', version: '-', serial: 'S', uuid: 'U' };
    const board = { manufacturer: '', model: '', serial: 'S', assetTag: 'T' };
    const data = { system, board, bios: { vendor: ' ', version: null, releaseDate: '' }, chassis: { type: 'Default string' } };

    expect(toMachine(data as never)).toEqual({ virtual: false, bios: {} });
    expect(toProcessors({ manufacturer: '', brand: '', cores: 2, physicalCores: 1, processors: 1, speed: 0 } as never)).toEqual({
      ...{ sockets: 1, cores: 1, threads: 2 },
    });
    expect(toDisks([disk({ temperature: null, smartData: { power_on_time: null } })])).toEqual([
      { device: '/dev/sda', kind: 'HD', size: 1, smart: 'unknown' },
    ]);
  });

  it('has no modules where dmidecode said nothing of them', () => {
    const made = { size: 8, type: '', clockSpeed: 0, ecc: null };

    expect(toMemory({ total: 8 }, [made as Systeminformation.MemLayoutData])).toEqual({ total: 8, modules: [] });
  });

  it('is bounded and printable, whatever a disk calls itself', () => {
    const disks = toDisks(Array.from({ length: 900 }, () => disk({ name: `\u001b[2J${'x'.repeat(9000)}` })));

    expect(disks).toHaveLength(64);
    expect(disks[0]?.model).toMatch(/^\\x1b\[2Jx+…$/);
    expect(JSON.stringify(disks).length).toBeLessThan(64 * 300);
  });

  it.each([
    ['Ok', 'passed'],
    ['Predicted Failure', 'failing'],
    ['unknown', 'unknown'],
    ['new words', 'unknown'],
  ])('takes SMART’s %s for %s', (smartStatus, smart) => {
    expect(toDisks([disk({ smartStatus })])[0]?.smart).toBe(smart);
  });
});
