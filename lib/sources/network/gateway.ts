import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { nodeLease } from '../cluster/node-lease.ts';
import { nodeObject } from '../cluster/node-object.ts';
import { defaultRoutes } from './default-routes.ts';

/** Whether the gateway of the default route answers on the link; asked only when the API server cannot be reached. */
export type Gateway =
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'none' }
  | { readonly kind: 'answers' | 'silent'; readonly address: string; readonly device: string; readonly says: string }
  | { readonly kind: 'unknown'; readonly address: string; readonly why: string };

/** Neighbour state of `ip neigh show`: what the kernel learnt by ARP or neighbour discovery (ip-neighbour(8)). */
export function parseNeighbour(text: string): string | undefined {
  return /\b(REACHABLE|STALE|DELAY|PROBE|PERMANENT|NOARP|FAILED|INCOMPLETE)\s*$/m.exec(text)?.[1];
}

/** Flags of one address in /proc/net/arp: 0x2 = complete. */
export function parseArp(text: string, address: string): boolean | undefined {
  const line = text.split('\n').find((row) => row.split(/\s+/)[0] === address);
  const flags = line?.split(/\s+/)[2];
  return flags === undefined ? undefined : (Number.parseInt(flags, 16) & 0x2) !== 0;
}

const SILENT = new Set(['FAILED', 'INCOMPLETE']);

async function askNeighbour(host: HostView, address: string, device: string): Promise<Gateway> {
  const result = await host.run(['ip', 'neigh', 'show', 'to', address, 'dev', device], { deadline: seconds(1), maxBytes: 4096 });
  const state = result.kind === 'exited' && result.code === 0 ? parseNeighbour(result.stdout) : undefined;
  if (state !== undefined) return { kind: SILENT.has(state) ? 'silent' : 'answers', address, device, says: state };
  const table = await host.readFile('/proc/net/arp');
  const complete = table.kind === 'text' ? parseArp(table.text, address) : undefined;
  if (complete === undefined) return { kind: 'unknown', address, why: 'the kernel knows no neighbour of this address' };
  return { kind: complete ? 'answers' : 'silent', address, device, says: complete ? 'complete' : 'incomplete' };
}

async function read(host: HostView, { use }: ReadContext): Promise<Gateway> {
  // The failed attempt goes through the gateway, so the kernel has just tried to find it.
  const [node, lease] = await Promise.all([use(nodeObject), use(nodeLease)]);
  const isLost = [node, lease].some((fact) => fact.kind === 'unknown' && fact.reach === 'unreachable');
  if (!isLost) return { kind: 'not-needed' };
  const routes = await use(defaultRoutes);
  const route = routes.kind === 'read' ? routes.routes.find(({ gateway }) => gateway !== undefined) : undefined;
  if (route?.gateway === undefined) return { kind: 'none' };
  return askNeighbour(host, route.gateway, route.device);
}

export const gateway = defineSource<Gateway>({ id: 'gateway', deadline: seconds(9.5), read });
