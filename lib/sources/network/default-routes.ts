import type { FileAnswer, HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

export interface DefaultRoute {
  readonly device: string;
  /** Absent: the route leads to the link itself. */
  readonly gateway?: string;
  readonly metric: number;
  readonly family: 4 | 6;
}

/** Default routes of the host's main table, the preferred first. */
export type DefaultRoutes =
  | { readonly kind: 'read'; readonly routes: readonly DefaultRoute[] }
  | { readonly kind: 'unknown'; readonly why: string };

// linux/route.h
const RTF_UP = 0x1;
const RTF_REJECT = 0x200;

const isUsable = (flags: number) => (flags & RTF_UP) !== 0 && (flags & RTF_REJECT) === 0;

/** The kernel prints an IPv4 address as one number in the byte order of the host. */
function toIpv4(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

/** The default routes of /proc/net/route. */
export function parseRoutes4(text: string): readonly DefaultRoute[] {
  return text.split('\n').flatMap((line) => {
    const [device = '', destination, gateway = '', flags = '', , , metric = '', mask] = line.trim().split(/\s+/);
    if (destination !== '00000000' || mask !== '00000000' || !isUsable(Number.parseInt(flags, 16))) return [];
    return [
      { device, ...(gateway === '00000000' ? {} : { gateway: toIpv4(gateway) }), metric: Number(metric), family: 4 as const },
    ];
  });
}

/** The default routes of /proc/net/ipv6_route; the kernel's own `unreachable default dev lo` is none. */
export function parseRoutes6(text: string): readonly DefaultRoute[] {
  return text.split('\n').flatMap((line) => {
    const [destination, length, , , gateway = '', metric = '', , , flags = '', device = ''] = line.trim().split(/\s+/);
    if (destination !== '0'.repeat(32) || length !== '00' || device === 'lo' || !isUsable(Number.parseInt(flags, 16))) return [];
    const address = (gateway.match(/.{4}/g) ?? []).join(':');
    const via = /^[0:]*$/.test(address) ? {} : { gateway: address };
    return [{ device, ...via, metric: Number.parseInt(metric, 16), family: 6 as const }];
  });
}

/** PID 1's network is the host's, whatever namespace we were started in. */
async function readTable(host: HostView, name: string): Promise<FileAnswer> {
  const first = await host.readFile(`/proc/1/net/${name}`);
  return first.kind === 'text' ? first : host.readFile(`/proc/net/${name}`);
}

export const defaultRoutes = defineSource<DefaultRoutes>({
  id: 'default-routes',
  deadline: seconds(3),
  async read(host) {
    const [ipv4, ipv6] = await Promise.all([readTable(host, 'route'), readTable(host, 'ipv6_route')]);
    if (ipv4.kind !== 'text') return { kind: 'unknown', why: `/proc/net/route: ${explainPathFailure(ipv4)}` };
    // A kernel with ipv6.disable=1 has no such table.
    const routes = [...parseRoutes4(ipv4.text), ...(ipv6.kind === 'text' ? parseRoutes6(ipv6.text) : [])];
    return { kind: 'read', routes: routes.sort((a, b) => a.family - b.family || a.metric - b.metric) };
  },
});
