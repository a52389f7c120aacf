import { describe, expect, it } from 'vitest';
import { takeInventory } from '../../../agent/inventory/inventory.ts';
import type { HostView, RunResult } from '../../../lib/host/host.ts';
import { systemClock } from '../../../lib/host/local.ts';
import { run } from '../../../lib/host/run.ts';
import { type Duration, seconds } from '../../../lib/model/units.ts';
import { fakePrograms } from './fake-programs.ts';

/** Children of this machine, for which these programs come first. */
const withPrograms = (directory: string): Pick<HostView, 'run' | 'clock'> => ({
  clock: systemClock,
  run: (argv, options) => run(argv, { ...options, environment: { PATH: `${directory}:${process.env.PATH}` } }),
});

const PATIENT: Duration = seconds(50);

describe('takeInventory', () => {
  it('says what a server is made of, and neither serial numbers nor UUIDs', async () => {
    const inventory = await takeInventory(withPrograms(fakePrograms()), PATIENT);
    const { machine, memory, disks } = inventory.parts;

    // In a container it is one, whatever the firmware says.
    expect(machine).toMatchObject({
      state: 'read',
      value: {
        manufacturer: 'Dell Inc.',
        model: expect.stringMatching(/^(PowerEdge R650|Docker Container)$/),
        board: 'Dell Inc. 0PYXKY',
        bios: { vendor: 'Dell Inc.', version: '1.15.2', released: '2024-09-10' },
      },
    });
    const module = { size: 32 * 1024 ** 3, type: 'DDR4', megahertz: 2933 };
    expect(memory).toMatchObject({ state: 'read', value: { modules: [module, module] } });
    expect(disks).toEqual({
      state: 'read',
      value: [
        {
          ...{ device: '/dev/nvme9n1', kind: 'NVMe', model: 'SAMSUNG MZQL2960HCJR-00A07', vendor: 'Samsung' },
          ...{ size: 960_197_124_096, bus: 'PCIe', firmware: 'GDC5602Q', smart: 'passed' },
          ...{ celsius: 38, powerOnHours: 21_044, wornPercent: 7, mediaErrors: 0 },
        },
        expect.objectContaining({ device: '/dev/sdz', smart: 'failing', powerOnHours: 61_230, reallocatedSectors: 1904 }),
      ],
    });
    expect(JSON.stringify(inventory)).not.toMatch(/SECRET|4c4c4544/i);
  });

  it('loses what hangs, and nothing else', async () => {
    const host = withPrograms(fakePrograms(['smartctl']));
    const impatient: typeof host.run = (argv, options) =>
      host.run(argv, { ...options, deadline: argv.at(-1) === 'disks' ? seconds(2) : PATIENT });
    const { disks, memory, processors } = (await takeInventory({ ...host, run: impatient })).parts;

    expect(disks).toEqual({ state: 'not-read', why: 'it did not answer within 2s' });
    expect([memory.state, processors.state]).toEqual(['read', 'read']);
  });

  it('reads this very machine', async () => {
    const { parts, kind, time } = await takeInventory({ clock: systemClock, run }, PATIENT);

    expect({ kind, time }).toEqual({ kind: 'Inventory', time: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(parts.processors).toMatchObject({ state: 'read', value: { threads: expect.any(Number) } });
    expect(parts.memory.state === 'read' && parts.memory.value.total).toBeGreaterThan(1024 ** 3 / 4);
    expect(parts.network).toMatchObject({ state: 'read', value: { others: expect.any(Number) } });
    expect([parts.machine.state, parts.disks.state]).toEqual(['read', 'read']);
  });

  it.each<[RunResult, string]>([
    [{ kind: 'not-found', file: 'node' }, 'not-found'],
    [{ kind: 'exited', code: 1, stdout: '', stderr: 'first\nlast\n', truncated: false }, 'last'],
    [{ kind: 'exited', code: 0, stdout: '[{', stderr: '', truncated: true }, 'its answer is no JSON'],
    [{ kind: 'exited', code: 7, stdout: '', stderr: '', truncated: false }, 'status 7'],
  ])('says why a part is not there: %j', async (result, why) => {
    const { parts } = await takeInventory({ clock: systemClock, run: async () => result });

    expect(Object.values(parts)).toEqual(Array.from({ length: 5 }, () => ({ state: 'not-read', why })));
  });
});
