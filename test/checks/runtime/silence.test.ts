import { describe, expect, it } from 'vitest';
import { describeProgress, judgeSilence } from '../../../lib/checks/runtime/silence.ts';
import type { Progress } from '../../../lib/sources/runtime/daemon-progress.ts';

const limits = { hungCpu: 20, starvedShare: 0.25 };
const idle: Progress = { pid: 812, window: 7500, cpu: 3, waitedForCpu: 40, threads: 14, states: { S: 14 }, stuck: [] };

describe('judgeSilence', () => {
  it.each<[string, Partial<Progress>, 'hung' | 'slow', RegExp]>([
    ['idle: a deadlock', {}, 'hung', /used 3ms of CPU in 7.5s/],
    ['idle, on a kernel that does not count waiting', { waitedForCpu: 0 }, 'hung', /3ms/],
    ['just below progress', { cpu: 19 }, 'hung', /19ms/],
    ['at the limit of progress', { cpu: 20 }, 'slow', /it works/],
    ['busy', { cpu: 7400 }, 'slow', /used 7.4s of CPU/],
    ['starved: it waits for a CPU most of the time', { waitedForCpu: 6900 }, 'slow', /wait 6.9s for a CPU in 7.5s: starved/],
    ['hung on a busy node: its few wake-ups wait a little', { waitedForCpu: 1800 }, 'hung', /3ms/],
    ['stopped by SIGSTOP', { stuck: [{ thread: 812, state: 'T' }] }, 'hung', /stopped \(state T\)/],
    ['traced', { stuck: [{ thread: 812, state: 't' }] }, 'hung', /debugger/],
    ['stopped in the middle of work', { cpu: 400, stuck: [{ thread: 812, state: 'T' }] }, 'hung', /SIGSTOP/],
    [
      'its main thread in D',
      { stuck: [{ thread: 812, state: 'D', wchan: 'rpc_wait_bit_killable' }] },
      'hung',
      /rpc_wait_bit_killable/,
    ],
    ['another thread in D while it works', { cpu: 900, stuck: [{ thread: 813, state: 'D' }] }, 'slow', /900ms/],
    ['another thread in D and nothing done', { stuck: [{ thread: 813, state: 'D' }] }, 'hung', /3ms/],
  ])('%s', (_, more, verdict, why) => {
    const silence = judgeSilence({ ...idle, ...more }, limits);

    expect(silence.verdict).toBe(verdict);
    expect(silence.why).toMatch(why);
  });

  it('never calls a daemon hung that could not be watched', () => {
    expect(judgeSilence(undefined, limits).verdict).toBe('slow');
  });
});

describe('describeProgress', () => {
  it('names what the threads wait in', () => {
    const { waitedForCpu, ...unknown } = idle;
    const text = describeProgress({
      ...unknown,
      states: { S: 12, D: 2 },
      stuck: [{ thread: 813, state: 'D', wchan: 'fuse_wait' }],
    });

    expect(text).toBe('14 threads (S 12, D 2), CPU 3ms, waited for a CPU unknown, in 7.5s\nthread 813 D in fuse_wait');
  });
});
