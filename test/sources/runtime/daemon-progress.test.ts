import { describe, expect, it } from 'vitest';
import {
  type ProgressSample,
  parseSchedstat,
  parseTaskStat,
  progressBetween,
  sampleProgress,
  type ThreadSample,
} from '../../../lib/sources/runtime/daemon-progress.ts';
import { fakeNode } from '../../fakes/node.ts';

const stat = (pid: number, state: string, utime = 0, stime = 0, name = 'dockerd') =>
  `${pid} (${name}) ${state} 1 812 812 0 -1 1077936384 98 0 0 0 ${utime} ${stime} 0 0 20 0 14 0 230271 1 2`;

const sample = (cpuTicks: number, threads: readonly Partial<ThreadSample>[]): ProgressSample => ({
  pid: 812,
  startTicks: 1,
  cpuTicks,
  threads: threads.map((thread, index) => ({ thread: 812 + index, state: 'S', cpuTicks: 0, ...thread })),
});

describe('parseTaskStat', () => {
  it('reads past a name with blanks and parentheses', () => {
    expect(parseTaskStat(stat(812, 'D', 7, 5, 'a) R (b'))).toEqual({ state: 'D', cpuTicks: 12, startTicks: 230271 });
  });

  it.each([
    '',
    '812 (dockerd',
    '812 (dockerd) ',
    'garbage',
    `812 (dockerd) S ${'x '.repeat(30)}`,
  ])('gives nothing for %j', (text) => {
    expect(parseTaskStat(text)).toBeUndefined();
  });
});

describe('parseSchedstat', () => {
  it('reads nanoseconds on and waiting for a CPU', () => {
    expect(parseSchedstat('25022255 145377792 1776\n')).toEqual({ ran: 25022255, waited: 145377792 });
  });

  it.each([['0 0 0\n'], [''], ['a b c']])('takes %j as not counted', (text) => {
    expect(parseSchedstat(text)).toEqual({});
  });
});

describe('sampleProgress', () => {
  it('counts every thread, and lives with one that ended meanwhile', async () => {
    const host = fakeNode({
      directories: { '/proc/812/task': ['812', '813', '814'] },
      files: {
        '/proc/812/stat': stat(812, 'S', 40, 2),
        '/proc/812/task/812/stat': stat(812, 'S', 30, 1),
        '/proc/812/task/812/schedstat': '300 400 5\n',
        '/proc/812/task/814/stat': stat(814, 'R', 1, 0),
      },
    });

    expect(await sampleProgress(host, 812)).toEqual({
      pid: 812,
      startTicks: 230271,
      cpuTicks: 42,
      threads: [
        { thread: 812, state: 'S', cpuTicks: 31, ran: 300, waited: 400 },
        { thread: 814, state: 'R', cpuTicks: 1 },
      ],
    });
  });

  it('gives nothing for a process that is gone', async () => {
    expect(await sampleProgress(fakeNode({}), 812)).toBeUndefined();
  });
});

describe('progressBetween', () => {
  it('takes the larger of ticks and nanoseconds: ended threads, and less than a tick', () => {
    const ended = progressBetween(sample(100, [{}]), sample(105, [{}]), 7500);
    const little = progressBetween(sample(100, [{ ran: 1e6 }]), sample(100, [{ ran: 9e6 }]), 7500);

    expect(ended.cpu).toBe(50);
    expect(little.cpu).toBe(8);
  });

  it('adds up what all threads waited for a CPU', () => {
    const before = sample(0, [
      { ran: 0, waited: 0 },
      { ran: 0, waited: 5e9 },
    ]);
    const after = sample(0, [
      { ran: 0, waited: 1e9 },
      { ran: 0, waited: 7e9 },
    ]);

    expect(progressBetween(before, after, 7500).waitedForCpu).toBe(3000);
  });

  it('counts the whole window for a thread that was runnable at both ends and never ran: the kernel adds a wait when it ends', () => {
    const thread = { state: 'R', ran: 5, waited: 9 };

    expect(progressBetween(sample(0, [thread]), sample(0, [thread]), 7500).waitedForCpu).toBe(7500);
  });

  it('says nothing of waiting where the kernel does not count it', () => {
    expect(progressBetween(sample(0, [{}]), sample(0, [{}]), 7500)).not.toHaveProperty('waitedForCpu');
  });

  it('names threads stuck at both ends, the main thread first, and not those that just pass through D', () => {
    const before = sample(0, [{ state: 'S' }, { state: 'D' }, { state: 'S' }]);
    const after = sample(0, [{ state: 'S' }, { state: 'D' }, { state: 'D' }]);
    const stopped = sample(0, [
      { state: 'T', thread: 999 },
      { state: 'T', thread: 812 },
    ]);

    expect(progressBetween(before, after, 7500)).toMatchObject({ states: { S: 1, D: 2 }, stuck: [{ thread: 813, state: 'D' }] });
    expect(progressBetween(stopped, stopped, 7500).stuck.map(({ thread }) => thread)).toEqual([812, 999]);
  });
});
