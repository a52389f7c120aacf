import { describe, expect, it } from 'vitest';
import { type MoveFacts, refusalsOf } from '../../lib/docker/preflight.ts';

const GiB = 2 ** 30;
const good: MoveFacts = {
  from: '/var/lib/docker',
  to: '/data/docker',
  docker: { version: '20.10.24', driver: 'overlay2', root: '/var/lib/docker', containerdStore: false, quota: false },
  rsync: [3, 2],
  rsyncHint: 'apt-get install rsync',
  target: {
    kind: 'directory',
    names: ['lost+found'],
    ours: false,
    sameFilesystem: false,
    permanent: true,
    mountPoint: '/data',
    type: 'ext4',
    readOnly: false,
    bytesAvailable: 20 * GiB,
    inodes: 1_000_000,
    inodesFree: 900_000,
    copied: 0,
  },
  size: { bytes: 10 * GiB, inodes: 100_000 },
  foreignMounts: [],
  kubeletTrouble: undefined,
  node: { kind: 'known', cordoned: true, pods: [] },
};
const target = (change: Partial<MoveFacts['target']>) => ({ target: { ...good.target, ...change } });
const docker = (change: Partial<MoveFacts['docker']>) => ({ docker: { ...good.docker, ...change } });
const reasonsOf = (change: Partial<MoveFacts>, accepted: string[] = []) =>
  refusalsOf({ ...good, ...change }, accepted).map(({ reason }) => reason);

describe('preflight', () => {
  it.each<[string, Partial<MoveFacts>]>([
    ['a drained node and an empty file system', {}],
    ['a directory that does not exist yet', target({ kind: 'missing', names: [] })],
    [
      'a copy that a run before began',
      target({ ours: true, names: ['overlay2'], bytesAvailable: 2 * GiB, copied: 9.5 * GiB, inodesFree: 10 }),
    ],
    ['a file system without a number of inodes', target({ inodes: 0, inodesFree: 0 })],
    ['a host of no cluster', { node: { kind: 'not-joined' } }],
    ['a remapped user', docker({ root: '/var/lib/docker/165536.165536' })],
    ['a later rsync', { rsync: [4, 0] }],
  ])('lets %s through', (_what, change) => expect(reasonsOf(change)).toEqual([]));

  it.each<[string, Partial<MoveFacts>]>([
    ['command-line', docker({ flag: '--data-root' })],
    ['driver', docker({ driver: 'btrfs' })],
    ['containerd-store', docker({ containerdStore: true })],
    ['quota', docker({ quota: true })],
    ['root', docker({ root: '/srv/docker' })],
    ['rsync', { rsync: undefined }],
    ['rsync', { rsync: [3, 0] }],
    ['kubelet', { kubeletTrouble: 'the kubelet belongs to k3s' }],
    ['name', { to: '/data/with:colon' }],
    ['name', { to: '/data/with blank' }],
    ['nested', { to: '/var/lib/docker/new' }],
    ['nested', { from: '/data/docker/old', ...docker({ root: '/data/docker/old' }) }],
    ['not-a-directory', target({ kind: 'other' })],
    ['not-empty', target({ names: ['lost+found', 'somebody'] })],
    ['read-only', target({ readOnly: true })],
    ['same-filesystem', target({ sameFilesystem: true })],
    ['not-permanent', target({ permanent: false })],
    ['mounts', { foreignMounts: ['/var/lib/docker/volumes'] }],
    ['space', target({ bytesAvailable: 10.9 * GiB })],
    ['inodes', target({ inodesFree: 100_001 })],
    ['not-drained', { node: { kind: 'known', cordoned: true, pods: ['default/web'] } }],
    ['not-drained', { node: { kind: 'known', cordoned: false, pods: [] } }],
    ['not-drained', { node: { kind: 'unknown', why: 'the API server does not answer' } }],
  ])('refuses for %s', (reason, change) => expect(reasonsOf(change)).toEqual([reason]));

  it.each<[string, Partial<MoveFacts>]>([
    ['not-drained', { node: { kind: 'unknown', why: 'silent' } }],
    ['same-filesystem', target({ sameFilesystem: true })],
    ['not-permanent', target({ permanent: false })],
  ])('a person may accept %s', (reason, change) => expect(reasonsOf(change, [reason])).toEqual([]));

  it('nobody may accept what would lose data', () => {
    expect(reasonsOf(target({ names: ['somebody'], bytesAvailable: 0 }), ['not-empty', 'space'])).toEqual(['not-empty', 'space']);
  });

  it('says every reason at once, with its numbers', () => {
    const refusals = refusalsOf({ ...good, rsync: undefined, ...target({ bytesAvailable: GiB }) }, []);

    expect(refusals.map(({ message }) => message)).toEqual([
      'there is no rsync on this host: apt-get install rsync',
      '/data/docker has 1 GiB free and needs 11 GiB, a margin of 10% included',
    ]);
  });
});
