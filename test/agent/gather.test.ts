import { describe, expect, it } from 'vitest';
import { gatherer } from '../../agent/gather.ts';
import { AgentError } from '../../lib/errors.ts';
import type { HostView } from '../../lib/host/host.ts';
import { defineSource, type Source } from '../../lib/model/source.ts';
import { fakeNode } from '../fakes/node.ts';

/** A host whose clock the test turns: a sleep ends when `pass` has covered it. */
function clockedHost() {
  let now = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const host: HostView = {
    ...fakeNode({}),
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: (duration) => new Promise((wake) => waiting.push({ at: now + duration, wake })),
    },
  };
  const pass = (duration: number) => {
    now += duration;
    for (const { at, wake } of waiting) if (at <= now) wake();
  };
  return { host, pass };
}

function counted<Fact>(read: (n: number) => Promise<Fact>): { source: Source<Fact>; reads: () => number } {
  let n = 0;
  const source = defineSource<Fact>({
    id: 'counted',
    deadline: 1000,
    read: () => {
      n += 1;
      return read(n);
    },
  });
  return { source, reads: () => n };
}

const hanging = () => new Promise<string>(() => undefined);

describe('gatherer', () => {
  it('reads a source once per round, however many use it', async () => {
    const { source, reads } = counted(async (n) => n);
    const reader = defineSource({ id: 'reader', deadline: 1000, read: async (_host, { use }) => (await use(source)) * 10 });
    const gathered = gatherer(fakeNode({}));

    expect(await Promise.all([gathered.fact(source), gathered.fact(reader), gathered.fact(reader)])).toEqual([1, 10, 10]);
    expect(reads()).toBe(1);
  });

  it('reads again when a fact has become too old', async () => {
    const { host, pass } = clockedHost();
    const { source } = counted(async (n) => n);
    const gathered = gatherer(host, { keep: () => 5000 });

    const facts = [await gathered.fact(source)];
    pass(4999);
    facts.push(await gathered.fact(source));
    pass(1);
    facts.push(await gathered.fact(source));

    expect(facts).toEqual([1, 1, 2]);
  });

  it('gives up at the deadline, and never starts a second read beside one that hangs', async () => {
    const { host, pass } = clockedHost();
    const { source, reads } = counted(hanging);
    const gathered = gatherer(host, { keep: () => 0 });

    const first = gathered.fact(source);
    pass(1000);

    expect(await first).toEqual({ unavailable: 'counted: no answer within 1s' });
    expect(await gathered.fact(source)).toEqual({ unavailable: 'counted: no answer within 1s' });
    expect(reads()).toBe(1);
  });

  it('starts anew once the hanging read has come back', async () => {
    const { host, pass } = clockedHost();
    const { promise, resolve } = Promise.withResolvers<string>();
    const { source } = counted((n) => (n === 1 ? promise : Promise.resolve(`read ${n}`)));
    const gathered = gatherer(host, { keep: () => 0 });

    const first = gathered.fact(source);
    pass(1000);
    await first;
    resolve('late');
    await promise;

    expect(await gathered.fact(source)).toBe('read 2');
  });

  it.each([
    [new AgentError('SOURCE_UNREADABLE', 'permission denied'), 'counted: permission denied'],
    [new TypeError('x is undefined'), 'counted: internal error: x is undefined'],
  ])('turns %s into a fact that is not there', async (error, unavailable) => {
    const { source } = counted(() => Promise.reject(error));

    expect(await gatherer(fakeNode({})).fact(source)).toEqual({ unavailable });
  });
});
