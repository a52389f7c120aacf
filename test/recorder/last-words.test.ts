import { describe, expect, it } from 'vitest';
import type { FlightSample } from '../../lib/model/flight.ts';
import { formerBoot, lastWords } from '../../lib/recorder/last-words.ts';

const well = {
  memoryAvailable: 4e9,
  memoryFull: 0,
  ioFull: 1,
  blockedTasks: 0,
  nodefsBytes: 5e9,
  cpuSome: 10,
  load1: 1,
  relistAge: 1000,
  apiLatency: 9,
};

function boot(last: Partial<FlightSample>, count = 60): readonly FlightSample[] {
  return Array.from({ length: count }, (_, n) => ({
    at: n * 10_000,
    up: n * 10_000,
    boot: 'first',
    mark: 'running' as const,
    ...well,
    ...(n === count - 1 ? last : {}),
  }));
}

describe('lastWords', () => {
  it.each([
    [
      'memory',
      { memoryAvailable: 30e6, memoryFull: 57 },
      'memory ran out, 28.6 MiB were available at the least, all tasks waited for memory 57 % of the time',
    ],
    [
      'storage',
      { ioFull: 80, blockedTasks: 14 },
      'storage answered slowly or not at all: 14 tasks in uninterruptible sleep, all tasks waited for IO 80 % of the time',
    ],
    ['a full nodefs', { nodefsBytes: 1e6 }, 'nodefs was full: 977 KiB were available'],
    ['inodes of imagefs', { imagefsInodes: 12 }, 'imagefs had 12 inodes left'],
    ['CPU', { cpuSome: 93, load1: 61 }, 'tasks waited for a CPU 93 % of the time, load 61.0'],
    ['PLEG', { relistAge: 95_000 }, 'the kubelet had not relisted for 1m35s'],
    ['the API server', { apiLatency: 4200 }, 'the API server took up to 4.2s to answer'],
    ['an agent that got no time', { up: 59 * 10_000 + 40_000 }, 'the agent itself was starved: up to 50s between two records'],
  ])('names %s', (_, last, sign) => {
    expect(lastWords(boot(last))).toEqual({ inOrder: false, signs: [sign] });
  });

  it('looks at the last five minutes alone', () => {
    const [first, ...rest] = boot({});

    expect(lastWords([...(first === undefined ? [] : [{ ...first, memoryFull: 99, ioFull: 99 }]), ...rest]).signs).toEqual([]);
  });

  it('tells an end in order from one that nobody ordered', () => {
    expect(lastWords(boot({ mark: 'stopped' }))).toEqual({ inOrder: true, signs: [] });
    expect(lastWords(boot({}))).toEqual({ inOrder: false, signs: [] });
    expect(lastWords([])).toEqual({ inOrder: false, signs: [] });
  });
});

describe('formerBoot', () => {
  const of = (...boots: string[]) => boots.map((name, n): FlightSample => ({ at: n, up: n, boot: name, mark: 'running' }));

  it.each([
    ['the one before the present', of('a', 'b', 'b', 'c'), 'c', 2],
    ['the last of all when the present has no record yet', of('a', 'b'), 'c', 1],
    ['nothing when there was no other', of('c', 'c'), 'c', 0],
    ['nothing of nothing', [], 'c', 0],
  ])('is %s', (_, samples, present, count) => {
    expect(formerBoot(samples, present)).toHaveLength(count);
  });
});
