import { describe, expect, it } from 'vitest';
import { survivalOf } from '../../../lib/checks/runtime/restart-facts.ts';
import { dockerInfo } from '../../../lib/sources/runtime/docker-info.ts';
import { parseDockerRecord } from '../../../lib/sources/runtime/docker-record.ts';
import { liveRestore, liveRestoreFlag } from '../../../lib/sources/runtime/live-restore.ts';
import { runtimeEndpoint, toService } from '../../../lib/sources/runtime/runtime-endpoint.ts';
import { runtimeUnits, toRuntimeUnit } from '../../../lib/sources/runtime/runtime-units.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const NOW = Date.parse('2026-01-01T00:16:40Z');
/** Up 1000 s; docker was started at 60 s. */
const STARTED = NOW - 940_000;
const STAT = `812 (docker (x) d) T ${Array.from({ length: 18 }, () => 0).join(' ')} 6000 1 2 3`;
const DAEMON = '/etc/docker/daemon.json';

const docker = toRuntimeUnit({
  Id: 'docker.service',
  LoadState: 'loaded',
  ActiveState: 'active',
  MainPID: '812',
  KillMode: 'process',
});
const units = { kind: 'units', units: { 'docker.service': docker } } as const;
const silent = { kind: 'unknown', why: 'docker does not answer' } as const;

function hung(node: FakeNode & { readonly argv?: readonly string[] } = {}) {
  const { argv = ['/usr/bin/dockerd', '-H', 'fd://'] } = node;
  return readFact(
    fakeNode({
      now: NOW,
      ...node,
      files: {
        '/proc/812/stat': STAT,
        '/proc/uptime': '1000.00 1.00\n',
        '/proc/812/cmdline': `${argv.join('\0')}\0`,
        ...node.files,
      },
    }),
    liveRestore,
    [
      [runtimeEndpoint, { services: [toService('/run/docker.sock', 'endpoint')], source: '' }],
      [runtimeUnits, units],
      [dockerInfo, silent],
    ],
  );
}
const file = (text: string, modifiedAt = STARTED - 1000, changedAt = modifiedAt) => ({
  files: { [DAEMON]: text },
  status: { [DAEMON]: { modifiedAt, changedAt } },
});

describe('live-restore', () => {
  it('is what docker says while it answers', async () => {
    const fact = await readFact(fakeNode({}), liveRestore, [[dockerInfo, { kind: 'known', liveRestore: false }]]);

    expect(fact).toEqual({ kind: 'known', on: false, from: 'docker info' });
  });

  it('is proved by a file that is older than the hung docker', async () => {
    expect(await hung(file('{"live-restore": true}'))).toEqual({
      kind: 'known',
      on: true,
      from: '/etc/docker/daemon.json, older than the running docker',
    });
  });

  it.each([
    ['off', '{"live-restore": false}'],
    ['not there', '{"log-driver": "json-file"}'],
    ['no boolean', '{"live-restore": "true"}'],
  ])('is off where an older file has it %s', async (_name, text) => {
    expect(await hung(file(text))).toMatchObject({ kind: 'known', on: false });
  });

  it.each<[string, Parameters<typeof hung>[0]]>([
    ['written since', file('{"live-restore": true}', STARTED + 1000)],
    ['an old one moved into its place since', file('{"live-restore": true}', STARTED - 86_400_000, STARTED + 1000)],
    ['cut', file('{"live-restore": tr')],
    ['empty', file('')],
    ['a list', file('[true]')],
  ])('is not known from a file that is %s', async (_name, node) => {
    expect(await hung(node)).toMatchObject({ kind: 'unknown' });
  });

  it.each<[string, number | undefined, string]>([
    ['an older directory: off, docker’s default', STARTED - 1000, 'known'],
    ['no directory', undefined, 'known'],
    ['a directory that changed since: it may have been removed', STARTED + 1000, 'unknown'],
  ])('without a file is told by %s', async (_name, modifiedAt, kind) => {
    const status = modifiedAt === undefined ? {} : { '/etc/docker': { is: 'directory' as const, modifiedAt } };

    expect(await hung({ status })).toMatchObject({ kind });
  });

  it('is proved by the command line of the process', async () => {
    const argv = ['/usr/bin/dockerd', '--live-restore'];

    expect(await hung({ argv, ...file('{}', STARTED + 1000) })).toEqual({
      kind: 'known',
      on: true,
      from: '--live-restore of process 812',
    });
  });

  it('reads the file that the command line names', async () => {
    const argv = ['dockerd', '--config-file=/srv/docker.json'];
    const status = { '/srv/docker.json': { modifiedAt: 0, changedAt: 0 } };

    expect(await hung({ argv, status, files: { '/srv/docker.json': '{"live-restore":true}' } })).toMatchObject({ on: true });
  });

  it('is proved by a younger file that this very docker has reloaded', async () => {
    const changed = { inode: 5, device: 1, size: 22, modifiedAt: STARTED + 1000, changedAt: STARTED + 1000 };
    const path = '/etc/docker/daemon.json';
    const record = { pid: 812, startTicks: 6000, path, stamp: changed };
    const node = (startTicks: number) =>
      hung({
        status: { [path]: changed },
        files: {
          [path]: '{"live-restore": true}',
          '/run/nodemend/docker-reload.json': JSON.stringify({ ...record, startTicks }),
        },
      });

    expect(await node(6000)).toMatchObject({ kind: 'known', on: true, from: expect.stringContaining('reloaded') });
    expect(await node(6001)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['this docker', 812, 6000, { kind: 'known', on: true, from: 'what this docker last said' }],
    ['an earlier one of that PID', 812, 5999, { kind: 'known', on: false }],
    ['another process', 811, 6000, { kind: 'known', on: false }],
  ])('believes the record of %s alone', async (_name, pid, startTicks, expected) => {
    const record = { '/run/nodemend/docker-info.json': JSON.stringify({ pid, startTicks, liveRestore: true }) };

    expect(await hung({ files: record })).toMatchObject(expected);
  });

  it('is not known where the process cannot be read', async () => {
    expect(await hung({ files: { '/proc/812/cmdline': { kind: 'timed-out', after: 500 } } })).toMatchObject({ kind: 'unknown' });
    expect(await hung({ files: { '/proc/812/stat': { kind: 'missing' } } })).toMatchObject({ kind: 'unknown' });
  });

  it('makes the restart of a hung docker local, and names the proof', async () => {
    const proof = await hung(file('{"live-restore": true}'));

    expect(
      survivalOf('docker.service', { units, info: silent, liveRestore: proof, shims: [{ pid: 1, startTicks: 100, state: 'S' }] }),
    ).toMatchObject({
      survives: true,
      why: 'live-restore is on: /etc/docker/daemon.json, older than the running docker',
    });
    expect(survivalOf('docker.service', { units, info: silent, liveRestore: await hung(file('')), shims: [] })).toMatchObject({
      survives: true,
    });
    expect(
      survivalOf('docker.service', {
        units,
        info: silent,
        liveRestore: await hung(file('')),
        shims: [{ pid: 1, startTicks: 100, state: 'S' }],
      }),
    ).toMatchObject({ survives: false, why: expect.stringContaining('could not be understood') });
  });
});

describe('its parsers', () => {
  it.each<[readonly string[], boolean | undefined]>([
    [['dockerd'], undefined],
    [['dockerd', '--live-restore'], true],
    [['dockerd', '--live-restore=true'], true],
    [['dockerd', '--live-restore=false'], false],
    [['dockerd', '--live-restore=maybe'], false],
    [['dockerd', '--live-restore', '--live-restore=0'], false],
    [['dockerd', '--live-restored'], undefined],
  ])('%j sets %j', (argv, on) => {
    expect(liveRestoreFlag(argv)).toBe(on);
  });

  it.each(['', '{', '[]', 'null', '{"pid":1}', '{"pid":"1","startTicks":2,"liveRestore":true}'])('%j is no record', (text) => {
    expect(parseDockerRecord(text)).toBeUndefined();
  });
});
