import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { counters, makePlace, removePlace, startAgent, sumOf } from './agent-process.ts';
import { stamp } from './kernel-lines.ts';
import { kernelFileMonitor } from './monitor-files.ts';

/** From appending one line at a random moment to its count at the metrics endpoint, in milliseconds. */
export async function measureLatency({ dist, count }: { dist: string; count: number }): Promise<readonly number[]> {
  const place = makePlace({});
  writeFileSync(`${place.directory}/monitors/kernel.json`, JSON.stringify(kernelFileMonitor(place.log)), { mode: 0o644 });
  writeFileSync(place.log, '');
  const agent = await startAgent(place, { dist });
  const times: number[] = [];
  try {
    await sleep(2000);
    for (let at = 0; at < count; at += 1) {
      const before = sumOf(await counters());
      const began = performance.now();
      const message = `INFO: task kworker/u16:3:${100_000 + at} blocked for more than 120 seconds.`;
      appendFileSync(place.log, `${stamp(new Date())} node-1 kernel: [12345.678901] ${message}\n`);
      while (sumOf(await counters()) === before && performance.now() - began < 10_000) await sleep(2);
      times.push(performance.now() - began);
      await sleep(200 + Math.random() * 600);
    }
    return times;
  } finally {
    await agent.stop('SIGTERM');
    removePlace(place);
  }
}
