/**
 * What the daemon costs a healthy node: CPU with all children, private memory and its slope, requests at the API server by the server's
 * own log, time to READY, threads, descriptors.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { findDaemon, type Sample, sample, timeToReady } from './idle/daemon.ts';
import { countRequests } from './idle/requests.ts';
import { describeLoad, describeTimes, quantile, slopeOf } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    minutes: { type: 'string', default: '60' },
    /** Starts to time before the measurement; 0: the daemon that runs is measured as it is. */
    starts: { type: 'string', default: '10' },
    /** Seconds left to the daemon before the first sample. */
    settle: { type: 'string', default: '60' },
    every: { type: 'string', default: '10' },
    /** Each sample as a line of JSON, as it is taken. */
    out: { type: 'string', default: '' },
  },
});

const lab = openLab(values.lab);
const host = lab.host();
const keep = (line: object): void => {
  if (values.out !== '') appendFileSync(values.out, `${JSON.stringify(line)}\n`);
};
if (values.out !== '') writeFileSync(values.out, '');

const ready: number[] = [];
for (let start = 0; start < Number(values.starts); start += 1) ready.push(await timeToReady(host));
if (ready.length > 0) keep({ ready });
await sleep(Number(values.settle) * 1000);

const requests = await countRequests(lab);
const daemon = findDaemon(lab.name, host);
const began = performance.now();
const samples: Sample[] = [];
const until = Number(values.minutes) * 60;
for (;;) {
  const at = (performance.now() - began) / 1000;
  const taken = sample(daemon, at);
  samples.push(taken);
  keep(taken);
  if (at >= until) break;
  await sleep(Math.min(Number(values.every), until - at + 0.01) * 1000);
}
// A watch is logged when it ends.
await host.sh('systemctl stop nodemend', { timeoutMs: 60_000 });
await sleep(2000);
const counted = await requests.end();
await host.sh('systemctl start nodemend', { timeoutMs: 60_000 });

const [first, last] = [samples[0], samples.at(-1)];
if (first === undefined || last === undefined) throw new Error('nothing was measured');
const minutes = (last.at - first.at) / 60;
const perMinute = (of: (one: Sample) => number) => ((of(last) - of(first)) / minutes).toFixed(3);
const anonymous = samples.map((one) => one.anonymous);
const slope = (of: readonly Sample[]) => slopeOf(of.map((one) => [one.at / 3600, one.anonymous] as const));

console.log(`${host.runtime} node, kubelet ${lab.kubeletVersion}, ${minutes.toFixed(1)} min; ${describeLoad()}`);
if (ready.length > 0) console.log(`ready after: ${describeTimes(ready)} (${ready.length} starts)`);
printTable(
  ['measure', 'value'],
  [
    ['CPU-s per minute, children included', perMinute(({ cpu }) => cpu)],
    ['… of the daemon alone', perMinute(({ ownCpu }) => ownCpu)],
    [
      'RssAnon, MiB: first, median, most, last',
      [first.anonymous, quantile(anonymous, 0.5), Math.max(...anonymous), last.anonymous].map((one) => one.toFixed(1)).join(', '),
    ],
    ['slope of RssAnon, MiB per hour', slope(samples).toFixed(2)],
    ['… of the second half', slope(samples.slice(samples.length / 2)).toFixed(2)],
    ['RSS, MiB', last.resident.toFixed(1)],
    ['threads, descriptors', `${last.threads}, ${last.descriptors}`],
    ['watches', String([...counted].filter(([key]) => key.startsWith('WATCH')).reduce((sum, [, count]) => sum + count, 0))],
  ],
);
printTable(
  ['request, status', 'count', 'per 5 min'],
  [...counted].map(([key, count]) => [key, String(count), ((count / minutes) * 5).toFixed(1)]),
);
