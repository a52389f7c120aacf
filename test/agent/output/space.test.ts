import { describe, expect, it } from 'vitest';
import { largestLines } from '../../../agent/output/space.ts';
import type { SpaceUsers } from '../../../lib/model/space.ts';
import { MiB } from '../../../lib/model/units.ts';

const PAGE = { columns: 80, color: false };
const users = (details: Partial<SpaceUsers> = {}): SpaceUsers => ({
  filesystem: '/',
  byBytes: [
    { path: `/var/lib/docker/overlay2/${'ab'.repeat(32)}/diff`, bytes: 5 * MiB, inodes: 3, of: 'pod shop/web, container app' },
  ],
  byInodes: [{ path: '/var/cache', bytes: 1, inodes: 4711 }],
  deleted: [{ path: '/var/log/big.log', bytes: 7 * MiB, pid: 812, process: 'java', of: 'pod shop/db' }],
  seen: { bytes: 80, inodes: 10 },
  used: { bytes: 100, inodes: 10 },
  took: 3100,
  denied: 0,
  ...details,
});

describe('the largest users', () => {
  it('are listed with whose they are, deleted files too', () => {
    expect(largestLines(users(), PAGE).join('')).toBe(
      [
        '  largest     80 % of the space and 100 % of the inodes in use on / were seen in 3.1s',
        `                  5 MiB  …/lib/docker/overlay2/abababababab…/diff  (pod shop/web, container app)`,
        '                  7 MiB  /var/log/big.log  (deleted, held open by java, PID 812, pod shop/db)',
        '  most files  inodes, of which each is counted once',
        '                   4711  /var/cache',
        '',
      ].join('\n'),
    );
  });

  it('say what was not seen, and why', () => {
    const lines = largestLines(users({ cut: 'the time for it (8 s) was over', denied: 2 }), PAGE).join('');

    expect(lines).toContain('without 2 directories that could not be read: the time for it (8 s) was over');
    expect(largestLines({ unknown: 'no bus' }, PAGE)).toEqual(['  largest     could not be found: no bus\n']);
  });

  it('print no control characters of a file’s name', () => {
    const byBytes = [{ path: '/tmp/\x1b[2J\nx', bytes: 1, inodes: 1 }];

    expect(largestLines(users({ byBytes }), PAGE).join('')).not.toContain('\x1b');
  });
});
