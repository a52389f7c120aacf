import { describe, expect, it } from 'vitest';
import { agentSchema } from '../../../agent/configuration.ts';
import { reclaimTargets } from '../../../agent/disk/reclaim-targets.ts';
import { thresholdTarget } from '../../../agent/disk/threshold-target.ts';
import type { FactOf } from '../../../lib/model/source.ts';
import { MiB } from '../../../lib/model/units.ts';

const disk = (signal: string, device: number, observed: number, details: object = {}) => ({
  signal,
  unit: 'bytes',
  at: `/disk${device}`,
  device,
  observed: observed * MiB,
  capacity: 1000 * MiB,
  thresholds: [{ kind: 'hard', text: '10%', value: 100 * MiB, off: false, source: 'default' }],
  ...details,
});
const eviction = (details: object = {}) => ({
  signals: [
    disk('nodefs.available', 1, 80),
    disk('imagefs.available', 2, 110),
    disk('imagefs.inodesFree', 2, 0, { unit: 'count', observed: 900, capacity: 1000, thresholds: [{ kind: 'hard', value: 50 }] }),
    { signal: 'memory.available', observed: 1, capacity: 10, unit: 'bytes', thresholds: [{ kind: 'hard', value: 5 }] },
  ],
  ...details,
});
const facts = (fact: object): FactOf => (async ({ id }) => (id === 'eviction-signals' ? fact : undefined)) as FactOf;
const config = (floors: Readonly<Record<string, string>> = {}) =>
  agentSchema().parse({ remedies: { 'set-eviction-hard': { floors } } });
const target = async (subject: string, floors: Readonly<Record<string, string>>, fact = eviction()) =>
  (await thresholdTarget({ subject }, config(floors), facts(fact))).threshold;

describe('thresholdTarget', () => {
  it('lowers the threshold the fault is about, within the floor that the operator gave it', async () => {
    expect(await target('nodefs.available', { 'nodefs.available': '3%' })).toMatchObject({
      kind: 'lowered',
      signal: 'nodefs.available',
      text: '6%',
    });
  });

  it('touches no threshold without a floor', async () => {
    expect(await target('nodefs.available', { 'imagefs.available': '3%' })).toMatchObject({
      kind: 'no',
      why: expect.stringContaining('floor'),
    });
    expect(await target('memory.available', {})).toMatchObject({ kind: 'no' });
    expect(await target('nodefs.available', { 'nodefs.available': '0%' })).toMatchObject({ kind: 'no' });
  });

  it('touches nothing where it is not certain what is in force', async () => {
    const unsure = eviction({ uncertain: 'two flags contradict' });

    expect(await target('nodefs.available', { 'nodefs.available': '3%' }, unsure)).toMatchObject({
      kind: 'no',
      why: expect.stringContaining('contradict'),
    });
  });
});

describe('reclaimTargets', () => {
  const targets = (subject?: string) => reclaimTargets(subject === undefined ? {} : { subject }, config(), facts(eviction()));

  it('are the filesystem of the signal alone, and what it is short of', async () => {
    expect((await targets('nodefs.available')).filesystems).toEqual([
      { filesystem: '/disk1', until: { bytes: Math.ceil(120 * MiB * 1.01), inodes: 0 } },
    ]);
  });

  it('are every disk that is short, for what a full disk explains', async () => {
    expect((await targets()).filesystems?.map(({ filesystem }) => filesystem)).toEqual(['/disk1', '/disk2']);
  });

  it('come with every step switched off', async () => {
    const { reclaim } = await targets('nodefs.available');

    expect(Object.values(reclaim ?? {}).map(({ enabled }) => enabled)).toEqual([false, false, false, false, false]);
  });
});
