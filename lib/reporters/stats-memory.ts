import type { Sample } from './prometheus.ts';
import { alone, gaugeOf, isNumber, type Stat, type StatsTexts } from './stats-reading.ts';

type Fields = (name: string) => number | undefined;

function fieldsOf(meminfo: string): Fields {
  const bytes = new Map(
    [...meminfo.matchAll(/^([\w()]+):\s+(\d+) kB$/gm)].map(([, name = '', value]) => [name, Number(value) * 1024]),
  );
  return (name) => bytes.get(name);
}

function used(of: Fields): number | undefined {
  const parts = ['MemTotal', 'MemFree', 'Buffers', 'Cached', 'Slab'].map(of);
  const [total = 0, ...rest] = parts.filter(isNumber);
  return rest.length === parts.length - 1 ? rest.reduce((left, part) => left - part, total) : undefined;
}

const states = (values: Readonly<Record<string, number | undefined>>): readonly Sample[] =>
  Object.entries(values).flatMap(([state, value]) => (isNumber(value) ? [{ labels: { state }, value }] : []));

export function memoryStats({ meminfo = '' }: StatsTexts): readonly Stat[] {
  const of = fieldsOf(meminfo);
  const taken = used(of);
  const total = of('MemTotal');
  const percent = taken === undefined || total === undefined || total === 0 ? undefined : (100 * taken) / total;
  return [
    gaugeOf(
      'memory/bytes_used',
      'Memory usage by each memory state, in Bytes. Summing values of all states yields the total memory on the node.',
      states({ free: of('MemFree'), buffered: of('Buffers'), cached: of('Cached'), slab: of('Slab'), used: taken }),
    ),
    gaugeOf('memory/percent_used', 'Memory usage in percentage of total memory.', states({ used: percent })),
    gaugeOf(
      'memory/anonymous_used',
      'Anonymous memory usage, in Bytes. Summing values of all states yields the total anonymous memory used.',
      states({ active: of('Active(anon)'), inactive: of('Inactive(anon)') }),
    ),
    gaugeOf(
      'memory/page_cache_used',
      'Page cache memory usage, in Bytes. Summing values of all states yields the total page cache used.',
      states({ active: of('Active(file)'), inactive: of('Inactive(file)') }),
    ),
    gaugeOf('memory/unevictable_used', 'Unevictable memory usage, in Bytes', alone(of('Unevictable'))),
    gaugeOf(
      'memory/dirty_used',
      'Dirty pages usage, in Bytes. Dirty means the memory is waiting to be written back to disk, and writeback means the memory is actively being written back to disk.',
      states({ dirty: of('Dirty'), writeback: of('Writeback') }),
    ),
  ];
}
