import { describe, expect, it } from 'vitest';
import { defaultRoutes, parseRoutes4, parseRoutes6 } from '../../../lib/sources/network/default-routes.ts';
import { parseArp, parseNeighbour } from '../../../lib/sources/network/gateway.ts';
import { fakeNode } from '../../fakes/node.ts';

const row = (...fields: string[]) => `${fields.join('\t')}\n`;
const TWO = `${row('Iface', 'Destination', 'Gateway', 'Flags', 'RefCnt', 'Use', 'Metric', 'Mask')}${row('eth1', '00000000', '0101A8C0', '0003', '0', '0', '200', '00000000', '0', '0', '0')}${row('eth0', '00000000', 'FE01000A', '0003', '0', '0', '100', '00000000', '0', '0', '0')}`;
const V6 = `fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;
const read = (files: Record<string, string>) =>
  defaultRoutes.read(fakeNode({ files }), {
    signal: new AbortController().signal,
    thorough: true,
    use: () => Promise.reject(new Error('not used')),
  });

describe('default-routes', () => {
  it('orders by metric, IPv4 first', async () => {
    expect(await read({ '/proc/1/net/route': TWO, '/proc/1/net/ipv6_route': V6 })).toEqual({
      kind: 'read',
      routes: [
        { device: 'eth0', gateway: '10.0.1.254', metric: 100, family: 4 },
        { device: 'eth1', gateway: '192.168.1.1', metric: 200, family: 4 },
        { device: 'eth0', gateway: 'fd00:0000:0000:0000:0000:0000:0000:0001', metric: 1024, family: 6 },
      ],
    });
  });

  it('reads its own table where that of PID 1 is denied, and says when there is none', async () => {
    expect(await read({ '/proc/net/route': TWO })).toMatchObject({ kind: 'read', routes: [{}, {}] });
    expect(await read({})).toEqual({ kind: 'unknown', why: '/proc/net/route: does not exist' });
  });

  it.each([
    [
      'a route to the link',
      row('ppp0', '00000000', '00000000', '0001', '0', '0', '0', '00000000'),
      [{ device: 'ppp0', metric: 0, family: 4 }],
    ],
    ['a blackhole', row('*', '00000000', '00000000', '0201', '0', '0', '0', '00000000'), []],
    ['a route that is down', row('eth0', '00000000', '0101A8C0', '0002', '0', '0', '0', '00000000'), []],
    ['half of the address space', row('tun0', '00000000', '0101A8C0', '0003', '0', '0', '0', '00000080'), []],
    ['nothing', '', []],
    ['binary', '\0\xff\n\n\t\t', []],
  ])('takes %s for what it is', (_case, text, routes) => {
    expect(parseRoutes4(text)).toEqual(routes);
  });

  it('does not take the kernel’s own unreachable route for a default route', () => {
    expect(parseRoutes6(V6.split('\n')[2] ?? '')).toEqual([]);
    expect(parseRoutes6('\0\n x')).toEqual([]);
  });
});

describe('the neighbour', () => {
  it.each([
    ['10.0.0.1 lladdr 02:00:00:00:00:01 REACHABLE', 'REACHABLE'],
    ['10.0.0.1 lladdr 02:00:00:00:00:01 router STALE \n', 'STALE'],
    ['10.0.0.1  FAILED\n', 'FAILED'],
    ['', undefined],
    ['Error: any valid prefix is expected', undefined],
  ])('%j is %s', (text, state) => {
    expect(parseNeighbour(text)).toBe(state);
  });

  it('is looked up by its whole address', () => {
    expect(parseArp('10.0.0.11 0x1 0x2 02:00:00:00:00:01 * eth0\n', '10.0.0.1')).toBeUndefined();
  });
});
