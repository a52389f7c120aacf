import { describe, expect, it } from 'vitest';
import { parseListeningSockets, readHeldSockets, readListeningSockets } from '../../../lib/sources/network/listening-sockets.ts';
import { fakeNode } from '../../fakes/node.ts';
import { TCP, TCP6 } from '../../fakes/processes.ts';

describe('parseListeningSockets', () => {
  it('keeps what listens, not what is connected', () => {
    expect(parseListeningSockets(TCP)).toEqual([
      { port: 22, inode: 18345 },
      { port: 10248, inode: 31001 },
    ]);
    expect(parseListeningSockets(TCP6)).toEqual([{ port: 10250, inode: 31002 }]);
  });

  it.each([
    '',
    '\0',
    '  0: 0100007F:2808',
    '  0: 0100007F:28 00000000:0000 0A a b 0 0 0 1',
    '  0: x:2808 y 0A a b 0 0 0 nan',
  ])('gives nothing for %j', (text) => {
    expect(parseListeningSockets(text)).toEqual([]);
  });
});

describe('readListeningSockets', () => {
  it('falls back to its own namespace when that of PID 1 is closed', async () => {
    const host = fakeNode({ files: { '/proc/1/net/tcp': { kind: 'denied' }, '/proc/net/tcp': TCP } });

    expect(await readListeningSockets(host)).toHaveLength(2);
  });

  it('gives undefined when no table can be read, which is not the same as nobody listening', async () => {
    expect(await readListeningSockets(fakeNode({}))).toBeUndefined();
  });
});

describe('readHeldSockets', () => {
  const many = Array.from({ length: 200 }, (_, index) => String(index));
  const links = Object.fromEntries(many.map((name) => [`/proc/9/fd/${name}`, name === '150' ? 'socket:[77]' : 'pipe:[1]']));

  it('finds a socket behind many descriptors', async () => {
    const host = fakeNode({ directories: { '/proc/9/fd': many }, links });

    expect([...((await readHeldSockets(host, 9, new Set([77]))) ?? [])]).toEqual([77]);
  });

  it('looks no further than it is allowed to', async () => {
    const host = fakeNode({ directories: { '/proc/9/fd': many }, links });

    expect((await readHeldSockets(host, 9, new Set([77]), 100))?.size).toBe(0);
  });

  it('takes a process that has just ended for one without sockets', async () => {
    expect((await readHeldSockets(fakeNode({}), 9, new Set([77])))?.size).toBe(0);
  });

  it('says when it may not look', async () => {
    const host = { ...fakeNode({ directories: { '/proc/9/fd': ['0'] } }), readLink: async () => ({ kind: 'denied' }) as const };

    expect(await readHeldSockets(host, 9, new Set([77]))).toBeUndefined();
  });
});
