import { describe, expect, it, vi } from 'vitest';
import { collector, keepTidy } from '../../agent/tidy.ts';

describe('keepTidy', () => {
  it('collects when the start is over, then now and then, each second time thoroughly, until it is told to end', async () => {
    const ended = new AbortController();
    const pauses: number[] = [];
    const sleep = async (pause: number) => {
      pauses.push(pause);
      if (pauses.length === 5) ended.abort();
    };
    const collect = vi.fn();

    await keepTidy({ sleep }, ended.signal, collect);

    expect(pauses).toEqual([45_000, 150_000, 150_000, 150_000, 150_000]);
    expect(collect.mock.calls.flat()).toEqual([true, false, true, false]);
  });

  it('does nothing where V8 does not lend its collector', async () => {
    expect(collector({})).toBeUndefined();
    await keepTidy({ sleep: () => Promise.reject(new Error('must not sleep')) }, new AbortController().signal, undefined);
  });

  it.each([
    [true, 'last-resort'],
    [false, 'regular'],
  ])('asks for all that can be had only when it is to be thorough: %s', (thoroughly, flavor) => {
    const gc = vi.fn();
    collector({ gc })?.(thoroughly);
    expect(gc).toHaveBeenCalledWith({ type: 'major', execution: 'sync', flavor });
  });
});
