import { describe, expect, it } from 'vitest';
import { readHostProcesses } from '../../../agent/reboot/host-processes.ts';
import type { HostView, ProcessesAnswer } from '../../../lib/host/host.ts';
import { fakeNode } from '../../fakes/node.ts';

const GROUPS = '0::/system.slice/ssh.service';
const answering = (answer: ProcessesAnswer): HostView => ({ ...fakeNode({}), processes: async () => answer });

describe('the processes of a host', () => {
  it('are each who it is, by whom, and where', async () => {
    const host = fakeNode({
      processes: [{ pid: 812, parent: 7, startTicks: 4711, name: 'java' }],
      files: { '/proc/812/cgroup': GROUPS },
    });

    expect(await readHostProcesses(host)).toEqual({
      kind: 'told',
      value: [{ pid: 812, parent: 7, startTicks: 4711, name: 'java', groups: GROUPS }],
    });
  });

  it('are those that could still run something, in the order of their numbers', async () => {
    const pids = Array.from({ length: 100 }, (_, at) => 300 - at);
    const host = fakeNode({
      processes: [
        { pid: 2, kernelThread: true },
        { pid: 3, state: 'Z' },
        { pid: 4, state: 'X' },
        { pid: 5, state: 'D' },
        ...pids.map((pid) => ({ pid })),
      ],
      files: Object.fromEntries([2, 3, 4, 5, ...pids].map((pid) => [`/proc/${pid}/cgroup`, GROUPS])),
    });

    const found = await readHostProcesses(host);

    expect(found.kind === 'told' && found.value.map(({ pid }) => pid)).toEqual([5, ...pids.toReversed()]);
  });

  it('are without those that end meanwhile, and with those whose groups cannot be read', async () => {
    const host = fakeNode({
      processes: [{ pid: 10 }, { pid: 11 }, { pid: 12 }, { pid: 13 }],
      files: {
        '/proc/11/cgroup': { kind: 'failed', code: 'ESRCH' },
        '/proc/12/cgroup': { kind: 'failed', code: 'EACCES' },
        '/proc/13/cgroup': { kind: 'timed-out', after: 500 },
      },
    });

    const found = await readHostProcesses(host);

    expect(found.kind === 'told' && found.value.map(({ pid, groups }) => [pid, groups])).toEqual([
      [12, undefined],
      [13, undefined],
    ]);
  });

  it('are without the groups of a file that does not end', async () => {
    const host: HostView = {
      ...fakeNode({ processes: [{ pid: 10 }] }),
      readFile: async () => ({ kind: 'text', text: GROUPS, truncated: true }),
    };

    expect(await readHostProcesses(host)).toMatchObject({ value: [{ pid: 10, groups: undefined }] });
  });

  it.each<[string, ProcessesAnswer, string]>([
    ['there are too many', { kind: 'processes', entries: [], truncated: true }, 'more processes than are listed'],
    ['/proc is not there', { kind: 'missing' }, 'the table of processes: missing'],
  ])('are not known where %s', async (_name, answer, why) => {
    const found = await readHostProcesses(answering(answer));

    expect(found.kind === 'unknown' && found.why).toContain(why);
  });
});
