import { describe, expect, it, vi } from 'vitest';
import { collector, keepTidy } from '../../agent/tidy.ts';

describe('keepTidy', () => {
  it('collects when the start is over, then now and then, until it is told to end', async () => {
    const ended = new AbortController();
    const pauses: number[] = [];
    const sleep = async (pause: number) => {
      pauses.push(pause);
      if (pauses.length === 4) ended.abort();
    };
    const collect = vi.fn();

    await keepTidy({ sleep }, ended.signal, collect);

    expect(pauses).toEqual([45_000, 1_200_000, 1_200_000, 1_200_000]);
    expect(collect).toHaveBeenCalledTimes(3);
  });

  it('does nothing where V8 does not lend its collector', async () => {
    expect(collector({})).toBeUndefined();
    await keepTidy({ sleep: () => Promise.reject(new Error('must not sleep')) }, new AbortController().signal, undefined);
  });

  it('asks for all that can be had', () => {
    const gc = vi.fn();
    collector({ gc })?.();
    expect(gc).toHaveBeenCalledWith({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });
});
