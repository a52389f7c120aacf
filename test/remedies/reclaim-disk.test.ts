import { describe, expect, it } from 'vitest';
import type { ReclaimSettings } from '../../lib/model/reclaim.ts';
import { reclaimDisk } from '../../lib/remedies/reclaim-disk.ts';
import { context } from './units.ts';

const off = { enabled: false, olderThan: 1 };
const settings = (on: Partial<Record<keyof ReclaimSettings, boolean>> = {}): ReclaimSettings => ({
  cores: { ...off, directories: [], enabled: on.cores === true },
  logs: { ...off, enabled: on.logs === true },
  journal: { enabled: on.journal === true, keep: 1 },
  containers: { ...off, enabled: on.containers === true },
  images: { ...off, enabled: on.images === true },
});
const filesystems = [{ filesystem: '/var/lib/docker', until: { bytes: 100, inodes: 0 } }];
const plan = (reclaim: ReclaimSettings | undefined, places = filesystems) =>
  reclaimDisk.plan?.(context('ImagefsAvailable', { filesystems: places, ...(reclaim === undefined ? {} : { reclaim }) }));

describe('reclaim-disk', () => {
  it('plans the steps that are switched on, what nobody misses first', () => {
    const planned = plan(settings({ images: true, cores: true, containers: true }));

    expect(planned).toMatchObject({
      kind: 'plan',
      delay: 0,
      steps: ['cores', 'containers', 'images'].map((what) => ({
        do: 'reclaim',
        what,
        filesystem: '/var/lib/docker',
        until: { bytes: 100 },
      })),
    });
  });

  it('plans a single step, too, on each filesystem that is short', () => {
    const places = ['/', '/var/lib/docker'].map((filesystem) => ({ filesystem, until: { bytes: 100, inodes: 0 } }));

    expect(plan(settings({ logs: true }), places)).toMatchObject({
      steps: [
        { what: 'logs', filesystem: '/' },
        { what: 'logs', filesystem: '/var/lib/docker' },
      ],
    });
  });

  it.each([
    ['no step is switched on', settings(), filesystems, 'none of its steps is switched on'],
    ['nothing is configured', undefined, filesystems, 'none of its steps is switched on'],
    ['no filesystem is short', settings({ logs: true }), [], 'about no filesystem that is short'],
  ])('refuses where %s', (_what, reclaim, places, why) => {
    expect(plan(reclaim, places)).toEqual({ kind: 'refusal', why: expect.stringContaining(why) });
  });

  it('waits for the operator’s word', () => {
    expect(reclaimDisk).toMatchObject({ disruption: 'local', enabledByDefault: false });
  });
});
