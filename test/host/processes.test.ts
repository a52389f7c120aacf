import { describe, expect, it } from 'vitest';
import { parseProcessStat, readProcesses } from '../../lib/host/processes.ts';

const REST = '1 77 77 0 -1 4194560 100 0 0 0 12 30 0 0 20 0 9 0 4242 1000 10 0';

describe('parseProcessStat', () => {
  it.each(['dockerd', 'a) D 1 (', 'tmux: server', ')', '('])('reads a process that calls itself %j', (name) => {
    expect(parseProcessStat(`77 (${name}) S ${REST}`)).toEqual({
      pid: 77,
      parent: 1,
      name,
      state: 'S',
      threads: 9,
      cpuTicks: 42,
      startTicks: 4242,
      kernelThread: false,
    });
  });

  it('knows a kernel thread by PF_KTHREAD', () => {
    expect(parseProcessStat('2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5')?.kernelThread).toBe(true);
  });

  it.each(['', 'garbage', '12 name) S'])('makes nothing of %j', (line) => {
    expect(parseProcessStat(line)).toBeUndefined();
  });
});

describe('readProcesses', () => {
  it('finds this very process, and its threads when asked', () => {
    const plain = readProcesses(false);
    const threaded = readProcesses(true);
    if (plain.kind !== 'processes' || threaded.kind !== 'processes') throw new Error('no /proc');

    const own = plain.entries.filter(({ pid }) => pid === process.pid);
    const tasks = threaded.entries.filter(({ pid }) => pid === process.pid);
    expect(own).toHaveLength(1);
    expect(tasks.length).toBeGreaterThan(1);
    expect(tasks.filter(({ thread }) => thread === undefined)).toHaveLength(1);
  });
});
