import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { counters, makePlace, removePlace, startAgent, sumOf } from './agent-process.ts';
import { kernelLines } from './kernel-lines.ts';
import { kernelFileMonitor } from './monitor-files.ts';

export interface ThroughputOptions {
  readonly dist: string;
  readonly lines: number;
  /** One line in so many matches. */
  readonly every: number;
  readonly rules: number;
}

export interface Throughput {
  readonly cpuSeconds: number;
  readonly microsecondsPerLine: number;
  readonly wallSeconds: number;
  readonly before: number;
  readonly after: number;
  readonly most: number;
  readonly matches: number;
  /** Every counter, not their sum alone. */
  readonly exact: boolean;
}

const CHUNK = 1000;
const SETTLED = 3000;

interface Load {
  readonly chunks: readonly Buffer[];
  readonly expected: ReadonlyMap<string, number>;
}

function makeLoad({ lines, every }: ThroughputOptions): Load {
  const expected = new Map<string, number>();
  const chunks: Buffer[] = [];
  const chunk: string[] = [];
  for (const { line, reason } of kernelLines({ lines, every })) {
    chunk.push(line);
    if (reason !== undefined) expected.set(reason, (expected.get(reason) ?? 0) + 1);
    if (chunk.length === CHUNK) chunks.push(Buffer.from(chunk.splice(0).join('')));
  }
  return { chunks: [...chunks, Buffer.from(chunk.join(''))], expected };
}

/** Appends all lines at once to a file that the agent follows, and waits until it has counted them. */
export async function measureThroughput(options: ThroughputOptions): Promise<Throughput> {
  const place = makePlace({});
  writeFileSync(`${place.directory}/monitors/kernel.json`, JSON.stringify(kernelFileMonitor(place.log, options)), {
    mode: 0o644,
  });
  writeFileSync(place.log, '');
  const { chunks, expected } = makeLoad(options);
  const agent = await startAgent(place, options);
  try {
    await sleep(SETTLED);
    const [cpu, before] = [agent.cpu(), agent.memory('VmRSS')];
    const began = performance.now();
    const file = openSync(place.log, 'a');
    for (const chunk of chunks) writeSync(file, chunk);
    closeSync(file);
    for (let tries = 0; tries < 600 && sumOf(await counters()) < sumOf(expected); tries += 1) await sleep(100);
    const wallSeconds = (performance.now() - began) / 1000;
    await sleep(300);
    const counted = await counters();
    const cpuSeconds = agent.cpu() - cpu;
    return {
      cpuSeconds,
      microsecondsPerLine: (cpuSeconds / options.lines) * 1e6,
      wallSeconds,
      before,
      after: agent.memory('VmRSS'),
      most: agent.memory('VmHWM'),
      matches: sumOf(counted),
      exact: sumOf(counted) === sumOf(expected) && [...expected].every(([reason, count]) => counted?.get(reason) === count),
    };
  } finally {
    await agent.stop('SIGTERM');
    removePlace(place);
  }
}
