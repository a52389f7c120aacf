import { describe, expect, it } from 'vitest';
import { remembered } from '../../lib/model/remembered.ts';

function counted(most: number) {
  const done: string[] = [];
  const work = remembered((text) => {
    done.push(text);
    if (text === 'bad') throw new Error('no');
    return { text };
  }, most);
  return { work, done };
}

describe('remembered', () => {
  it('does the same work once', () => {
    const { work, done } = counted(2);

    expect(work('a')).toBe(work('a'));
    expect(work('b').text).toBe('b');
    expect(work('a').text).toBe('a');
    expect(done).toEqual(['a', 'b']);
  });

  it('keeps no more than it may', () => {
    const { work, done } = counted(1);
    for (const text of ['a', 'b', 'a']) work(text);

    expect(done).toEqual(['a', 'b', 'a']);
  });

  it('tries again what has failed', () => {
    const { work, done } = counted(1);

    expect(() => work('bad')).toThrow('no');
    expect(() => work('bad')).toThrow('no');
    expect(done).toEqual(['bad', 'bad']);
  });
});
