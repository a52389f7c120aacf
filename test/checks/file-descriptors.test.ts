import { describe, expect, it } from 'vitest';
import { fileDescriptors } from '../../lib/checks/file-descriptors.ts';
import { parseFileNr, parseOpenFilesLimit, parseTableSize } from '../../lib/sources/host/open-files.ts';
import { faultsOf, judge } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const limits = (soft: number | string) => `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            ${soft}                 524288               files     
Max locked memory         8388608              8388608              bytes     
`;
const names = (count: number) => Array.from({ length: count }, (_, n) => String(n));
const FILE_NR = { '/proc/sys/fs/file-nr': '2112\t0\t9223372036854775807\n' };

/** dockerd with this many descriptors of 1000. */
function dockerd(open: number, more: FakeNode = {}): FakeNode {
  return {
    processes: [{ pid: 12, name: 'dockerd' }],
    files: {
      ...FILE_NR,
      '/proc/12/cgroup': '0::/system.slice/docker.service\n',
      '/proc/12/limits': limits(1000),
      '/proc/12/status': 'Name:\tdockerd\nFDSize:\t1024\nGroups:\t0\n',
      ...more.files,
    },
    directories: { '/proc/12/fd': names(open) },
  };
}

const on = (node: FakeNode) => judge(fileDescriptors, fakeNode(node));

describe('file-descriptors', () => {
  it('passes host and daemon with their numbers', async () => {
    expect((await on(dockerd(40))).map(({ message }) => message)).toEqual([
      '2112 file handles of the host are in use, without limit',
      'dockerd has 40 of 1000 descriptors open',
    ]);
  });

  it.each([
    [899, undefined],
    [900, 'warning'],
    [980, 'critical'],
  ])('judges %d of 1000 descriptors', async (open, severity) => {
    const [fault] = faultsOf(await on(dockerd(open)));

    expect(fault?.severity).toBe(severity);
    if (severity === undefined) return;
    expect(fault).toMatchObject({ type: 'FileDescriptorsNearLimit', reason: 'ProcessDescriptorsNearLimit', subject: 'dockerd' });
    expect(fault?.advice.map(({ command }) => command)).toContain('prlimit --pid 12 --nofile=1048576:1048576');
    expect(fault?.advice.map(({ command }) => command)).toContain(
      'systemctl edit docker.service   # [Service] LimitNOFILE=1048576',
    );
  });

  it('needs neither root nor counting while the table is small', async () => {
    const files = { '/proc/12/limits': limits(1048576), '/proc/12/status': 'FDSize:\t256\n' };
    const node = { ...dockerd(0, { files }), directories: {} };

    expect((await on(node)).at(-1)?.message).toBe('dockerd has at most 256 of 1048576 descriptors open');
  });

  it('could not tell when it may not count', async () => {
    expect((await on({ ...dockerd(0), directories: {} })).at(-1)).toMatchObject({ verdict: 'unknown', subject: 'dockerd' });
  });

  it('takes no limit for no problem', async () => {
    expect((await on(dockerd(5000, { files: { '/proc/12/limits': limits('unlimited') } }))).at(-1)?.verdict).toBe('pass');
  });

  it("does not believe a pod's process its name", async () => {
    const files = { '/proc/12/cgroup': '0::/kubepods.slice/kubepods-besteffort.slice/x.scope\n' };

    expect(await on(dockerd(999, { files }))).toHaveLength(1);
  });

  it('tells two daemons of one name apart, and leaves out their children', async () => {
    const node = dockerd(1);
    const processes = [
      { pid: 12, name: 'dockerd' },
      { pid: 13, name: 'dockerd', parent: 12 },
      { pid: 14, name: 'dockerd' },
    ];
    const files = { ...node.files, '/proc/14/limits': limits(1000), '/proc/14/status': 'FDSize:\t64\n' };

    expect((await on({ ...node, processes, files })).map(({ subject }) => subject)).toEqual([
      undefined,
      'dockerd[12]',
      'dockerd[14]',
    ]);
  });

  it('warns of the host with the next limit', async () => {
    const [fault] = faultsOf(await on({ files: { '/proc/sys/fs/file-nr': '95000 0 100000\n' } }));

    expect(fault).toMatchObject({ reason: 'HostFileHandlesNearLimit', severity: 'warning' });
    expect(fault?.advice.map(({ command }) => command)).toContain('sysctl -w fs.file-max=200000');
  });

  it('could not tell without /proc', async () => {
    expect((await on({}))[0]?.verdict).toBe('unknown');
  });
});

describe('parsers of open-files', () => {
  it.each(['', '1 2', 'a b c'])('find no handles in %j', (text) => {
    expect(parseFileNr(text).kind).toBe('unreadable');
  });

  it.each(['', 'Max open files', 'Max open files x y files'])('find no limit in %j', (text) => {
    expect(parseOpenFilesLimit(text)).toBeUndefined();
  });

  it('find no table size in a status of something else', () => {
    expect(parseTableSize('Name:\tFDSize: 9\n')).toBeUndefined();
  });
});
