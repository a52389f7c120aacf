import { describe, expect, it } from 'vitest';
import { renderReclaim } from '../../../agent/output/reclaim.ts';
import type { ReclaimPreview } from '../../../lib/model/reclaim.ts';
import { MiB } from '../../../lib/model/units.ts';

const PAGE = { columns: 100, color: false };
const step = (details: Partial<ReclaimPreview> = {}): ReclaimPreview => ({
  step: 'images',
  enabled: true,
  items: 2,
  bytes: 8 * MiB,
  inodes: 22,
  examples: ['a:1', 'b:1'],
  ...details,
});
const here = { filesystem: '/var/lib/docker', available: { bytes: 100 * MiB, inodes: 50 } };

describe('what reclaim-disk would free', () => {
  it('stands step by step below what is short', () => {
    const steps = [
      step(),
      step({ step: 'logs', enabled: false, items: 4, examples: ['/var/log/a.1'], bytes: null, inodes: null }),
    ];

    expect(renderReclaim([{ ...here, wanted: { bytes: 120 * MiB, inodes: 0 }, steps }], PAGE)).toBe(
      [
        '/var/lib/docker  100 MiB and 50 inodes available: 20 MiB short of 120 MiB',
        '  step         items      space     inodes  which',
        '  images  on       2      8 MiB         22  a:1, b:1',
        '  logs    off      4  not known  not known  /var/log/a.1, …',
        '',
      ].join('\n'),
    );
  });

  it('says why a step would remove nothing, and where nothing is short', () => {
    const steps = [step({ items: 0, why: 'which pods run here is not known' })];
    const text = renderReclaim([{ ...here, wanted: { bytes: 0, inodes: 60 }, steps }], PAGE);

    expect(text).toContain('10 inodes short of 60');
    expect(text).toContain('which pods run here is not known');
    expect(renderReclaim([{ ...here, wanted: { bytes: 0, inodes: 0 }, steps }], PAGE)).toContain('nothing is short');
    expect(renderReclaim([], PAGE)).toContain('could be measured');
  });
});
