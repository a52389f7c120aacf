/**
 * What a line of a log costs the agent: the generator, rules and measures of node-problem-detector's own figures (docs/benchmarks.md).
 * Needs root: only root's files are monitors.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable } from '../test/lab/table.ts';
import { measureLatency } from './logs/latency.ts';
import { measureThroughput, type ThroughputOptions } from './logs/throughput.ts';
import { describeLoad, describeTimes } from './statistics.ts';

const { values } = parseArgs({
  options: {
    dist: { type: 'string', default: join(import.meta.dirname, '../dist') },
    runs: { type: 'string', default: '3' },
    latencies: { type: 'string', default: '30' },
  },
});
const { dist } = values;

const CASES: readonly (readonly [string, Omit<ThroughputOptions, 'dist'>])[] = [
  ['200,000 lines, 14 rules', { lines: 200_000, every: 1000, rules: 14 }],
  ['1,000,000 lines, 14 rules', { lines: 1_000_000, every: 1000, rules: 14 }],
  ['1,000,000 lines, 100 rules', { lines: 1_000_000, every: 1000, rules: 100 }],
  ['200,000 lines, 14 rules, 1 match per 10', { lines: 200_000, every: 10, rules: 14 }],
];

const megabytes = (kilobytes: number) => (kilobytes / 1024).toFixed(1);
const rows: string[][] = [];
for (const [name, options] of CASES) {
  for (let run = 0; run < Number(values.runs); run += 1) {
    const found = await measureThroughput({ ...options, dist });
    rows.push([
      name,
      found.cpuSeconds.toFixed(2),
      found.microsecondsPerLine.toFixed(2),
      found.wallSeconds.toFixed(2),
      `${megabytes(found.before)} → ${megabytes(found.after)} (${megabytes(found.most)})`,
      `${found.matches}${found.exact ? '' : ' WRONG'}`,
      describeLoad(),
    ]);
  }
}
printTable(['case', 'CPU-s', 'µs per line', 'wall s', 'RSS MiB before → after (most)', 'matches', 'load'], rows);
if (Number(values.latencies) > 0) {
  const times = await measureLatency({ dist, count: Number(values.latencies) });
  console.log(`append → metric, ${times.length} lines: ${describeTimes(times)}; ${describeLoad()}`);
}
