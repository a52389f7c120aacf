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

describe('a look of a check that runs for ever', () => {
  const keeping = (worthKeeping: (n: number) => boolean = () => true) => {
    const { source, reads } = counted(async (n) => n);
    return { source: { ...source, keep: 30_000, worthKeeping }, reads };
  };
  const agentFacts = (host: HostView) => {
    const gathered = gatherer(host, { thorough: false, keep: ({ keep = 400 }) => keep });
    return (check: string) => {
      const look = gathered.look?.(check);
      if (look === undefined) throw new Error('a gatherer that keeps has looks');
      return look;
    };
  };

  it('goes on with a fact while all is well, and reads it anew before it tells of trouble', async () => {
    const { host, pass } = clockedHost();
    const { source } = keeping();
    const look = agentFacts(host);
    const facts = [await look('a').fact(source)];
    pass(20_000);
    const second = look('a');
    facts.push(await second.fact(source), (await second.again().fact(source)) as number);

    expect(facts).toEqual([1, 1, 2]);
  });

  it('keeps next to nothing for a check in trouble, and all again after it', async () => {
    const { host, pass } = clockedHost();
    const { source } = keeping();
    const look = agentFacts(host);
    const seen: unknown[] = [];
    for (const isTroubled of [true, true, false, false]) {
      const one = look('a');
      seen.push(await one.fact(source));
      one.end(isTroubled);
      pass(1500);
    }

    expect(seen).toEqual([1, 2, 3, 3]);
  });

  it('does not go on with a reading that is not worth it', async () => {
    const { host, pass } = clockedHost();
    const { source } = keeping((n) => n > 1);
    const look = agentFacts(host);
    const seen: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      seen.push(await look('a').fact(source));
      pass(1000);
    }

    expect(seen).toEqual([1, 2, 2]);
  });

  it('goes on with the kept fact when the second look is not answered', async () => {
    const { host, pass } = clockedHost();
    const source = defineSource<string>({
      id: 'hangs-later',
      deadline: 9000,
      keep: 30_000,
      read: (_host, { before }) => (before === undefined ? Promise.resolve('well') : hanging()),
    });
    const look = agentFacts(host);
    await look('a').fact(source);
    pass(20_000);
    const second = look('a');
    await second.fact(source);
    const again = second.again().fact(source);
    pass(1000);

    expect(await again).toBe('well');
  });

  it('reads thoroughly once the runtime is in trouble', async () => {
    const { host, pass } = clockedHost();
    const source = defineSource<boolean>({
      id: 'dear',
      deadline: 9000,
      keep: 30_000,
      read: async (_host, { thorough }) => thorough,
    });
    const look = agentFacts(host);
    const seen: unknown[] = [];
    for (const isTroubled of [false, true, true]) {
      const one = look('container-runtime');
      seen.push(await one.fact(source));
      one.end(isTroubled);
      pass(500);
    }

    expect(seen).toEqual([false, false, true]);
  });

  it('tells every fact of one round once more, whether it was worth keeping or not', async () => {
    const { host, pass } = clockedHost();
    const { source, reads } = keeping(() => false);
    const gathered = gatherer(host);
    await gathered.fact(source);
    pass(5000);
    await gathered.fact(source);

    expect([reads(), gathered.look]).toEqual([1, undefined]);
  });
});
