import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseCores, chooseJournal, chooseLogs, type FileUse, isRotatedLog } from '../../../lib/disk/reclaim/choose-files.ts';
import type { StoredFile } from '../../../lib/disk/reclaim/inventory.ts';
import { MiB, minutes } from '../../../lib/model/units.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const options = { now: NOW, olderThan: minutes(60) };
const file = (path: string, details: Partial<StoredFile> = {}): StoredFile => ({
  path,
  device: 8,
  inode: 5,
  links: 1,
  isRegular: true,
  bytes: MiB,
  modifiedAt: NOW - minutes(90),
  ...details,
});
const use = (details: Partial<FileUse> = {}): FileUse => ({ device: 8, open: new Set(), pods: [], ...details });
const mounting = (...hostPaths: string[]) => [{ uids: ['u'], images: [], hostPaths }];

describe('isRotatedLog', () => {
  it.each([
    'syslog.1',
    'syslog.2.gz',
    'app.log.gz',
    'messages-20260101',
    'messages-20260101.xz',
    'app-2026-01-01.log.gz',
    'app.log.2026-01-01',
    'dpkg.log.12.gz',
    'x.old',
    'secure-20260101-1767225600.gz',
  ])('%s is one', (name) => {
    expect(isRotatedLog(`/var/log/${name}`)).toBe(true);
  });

  it.each([
    'syslog',
    'app.log',
    'backup.tar.gz',
    'initial-status.gz',
    'wtmp',
    'lastlog',
    'btmp',
    'release-1.20',
    'x.12345',
    'data.2026',
    '.gz',
  ])('%s is none', (name) => {
    expect(isRotatedLog(`/var/log/${name}`)).toBe(false);
  });
});

describe('chooseLogs', () => {
  it('takes what is rotated, old and nobody’s, the oldest first', () => {
    const files = [file('/var/log/a.1'), file('/var/log/apt/b.2.gz', { modifiedAt: 0 }), file('/var/log/syslog')];

    expect(chooseLogs(files, use(), options).map(({ path }) => path)).toEqual(['/var/log/apt/b.2.gz', '/var/log/a.1']);
  });

  it.each<[string, StoredFile, Partial<FileUse>]>([
    ['young', file('/var/log/a.1', { modifiedAt: NOW }), {}],
    ['open', file('/var/log/a.1'), { open: new Set(['8:5']) }],
    ['on another filesystem', file('/var/log/a.1', { device: 9 }), {}],
    ['a link', file('/var/log/a.1', { isRegular: false }), {}],
    ['known by a second name', file('/var/log/a.1', { links: 2 }), {}],
    ['a container’s', file('/var/log/pods/ns_web_1/app/0.log.20260101-000000.gz'), {}],
    ['a container’s, by its link', file('/var/log/containers/x.log.1'), {}],
    ['the journal’s', file('/var/log/journal/1/system.1'), {}],
    ['below a directory that a pod writes to', file('/var/log/app/a.1'), { pods: mounting('/var/log/app/') }],
    ['elsewhere', file('/home/me/a.1'), {}],
    ['elsewhere, by a name that begins alike', file('/var/logs/a.1'), {}],
  ])('leaves one that is %s', (_what, one, used) => {
    expect(chooseLogs([one], use(used), options)).toEqual([]);
  });

  it.each(['/var/log', '/var', '/'])('is not kept by a collector of logs that mounts %s', (path) => {
    expect(chooseLogs([file('/var/log/a.1')], use({ pods: mounting(path) }), options)).toHaveLength(1);
  });

  it('never takes what is open, young or below a pod’s directory', () => {
    const path = fc
      .tuple(
        fc.constantFrom('/var/log', '/var/log/app', '/var/log/pods/x', '/var/log/apps', '/srv'),
        fc.constantFrom('a.1', 'b.log.gz', 'c', 'd-20260101'),
      )
      .map(([directory, name]) => `${directory}/${name}`);
    const files = fc.array(
      fc.record({
        path,
        device: fc.constantFrom(8, 9),
        inode: fc.nat(5),
        links: fc.integer({ min: 1, max: 2 }),
        isRegular: fc.boolean(),
        bytes: fc.nat(),
        modifiedAt: fc.integer({ min: 0, max: NOW * 2 }),
      }),
    );
    const open = fc.array(fc.nat(5)).map((inodes) => new Set(inodes.map((inode) => `8:${inode}`)));
    fc.assert(
      fc.property(files, open, fc.boolean(), (all, used, mounts) => {
        const pods = mounts ? mounting('/var/log/app') : [];
        for (const one of chooseLogs(all, use({ open: used, pods }), options)) {
          expect(one).toMatchObject({ device: 8, isRegular: true, links: 1 });
          expect(used.has(`8:${one.inode}`)).toBe(false);
          expect(NOW - one.modifiedAt).toBeGreaterThanOrEqual(options.olderThan);
          expect(one.path).toMatch(mounts ? /^\/var\/log\/(apps\/)?[^/]+$/ : /^\/var\/log\/(apps?\/)?[^/]+$/);
        }
      }),
    );
  });
});

describe('chooseCores', () => {
  const names = (files: readonly StoredFile[], used: Partial<FileUse> = {}) =>
    chooseCores(files, use(used), options).map(({ path }) => path);

  it('takes what is called a core dump', () => {
    const paths = [
      '/c/core',
      '/c/core.812',
      '/c/core.sh.0.ab.zst',
      '/c/core-sh-812',
      '/c/sh.core',
      '/c/score',
      '/c/core_values.txt',
      '/c/encore',
    ];

    expect(names(paths.map((path) => file(path)))).toEqual([
      '/c/core',
      '/c/core.812',
      '/c/core.sh.0.ab.zst',
      '/c/core-sh-812',
      '/c/sh.core',
    ]);
  });

  it('leaves what a pod may have written: its own dumps, or a file that is only called so', () => {
    expect(names([file('/data/core.1'), file('/cores/core.1')], { pods: mounting('/data', '/') })).toEqual(['/cores/core.1']);
  });
});

describe('chooseJournal', () => {
  const archived = [1, 2, 3].map((at) => file(`/var/log/journal/m/system@${at}.journal`, { modifiedAt: at }));

  it('takes the oldest archived files until no more than allowed is left, never those that are written to', () => {
    const active = file('/var/log/journal/m/system.journal', { modifiedAt: 0 });

    expect(chooseJournal([active, ...archived], MiB).map(({ path }) => path.slice(-9))).toEqual(['1.journal', '2.journal']);
    expect(chooseJournal([active, ...archived], 3 * MiB)).toEqual([]);
  });
});
