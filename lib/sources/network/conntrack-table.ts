import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

export type ConntrackTable =
  | {
      readonly kind: 'counted';
      readonly count: number;
      /** 0: without limit. */
      readonly limit: number;
      readonly buckets?: number;
      /** Connections refused since boot because the table was full. */
      readonly dropped?: number;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

const DIRECTORY = '/proc/sys/net/netfilter';

/** /proc/net/stat/nf_conntrack: a header, then one line of hexadecimal counters per CPU; columns vary with the kernel. */
export function parseConntrackDrops(text: string): number | undefined {
  const [header = '', ...lines] = text.trim().split('\n');
  const column = header.trim().split(/\s+/).indexOf('drop');
  if (column < 0) return undefined;
  return lines.reduce((total, line) => total + (Number.parseInt(line.trim().split(/\s+/)[column] ?? '', 16) || 0), 0);
}

const parseCount = (text: string): number | undefined => (/^\d+\s*$/.test(text) ? Number(text) : undefined);

async function readTable(host: HostView): Promise<ConntrackTable> {
  const [count, limit, buckets, statistics] = await Promise.all([
    host.readFile(`${DIRECTORY}/nf_conntrack_count`),
    host.readFile(`${DIRECTORY}/nf_conntrack_max`),
    host.readFile(`${DIRECTORY}/nf_conntrack_buckets`),
    host.readFile('/proc/net/stat/nf_conntrack'),
  ]);
  if (count.kind === 'missing') return { kind: 'absent' };
  if (count.kind !== 'text') return { kind: 'unreadable', why: explainPathFailure(count) };
  if (limit.kind !== 'text') return { kind: 'unreadable', why: explainPathFailure(limit) };
  const [used, most] = [parseCount(count.text), parseCount(limit.text)];
  if (used === undefined || most === undefined) return { kind: 'unreadable', why: 'not a number' };
  const size = buckets.kind === 'text' ? parseCount(buckets.text) : undefined;
  const dropped = statistics.kind === 'text' ? parseConntrackDrops(statistics.text) : undefined;
  return {
    kind: 'counted',
    count: used,
    limit: most,
    ...(size === undefined ? {} : { buckets: size }),
    ...(dropped === undefined ? {} : { dropped }),
  };
}

/** The kernel's table of tracked connections. */
export const conntrackTable = defineSource<ConntrackTable>({ id: 'conntrack-table', deadline: seconds(3), read: readTable });
