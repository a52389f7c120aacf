import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepFlightRecord } from '../../agent/flight-recorder.ts';
import { gatherer } from '../../agent/gather.ts';
import type { HostView } from '../../lib/host/host.ts';
import { openRecorder, readFlight } from '../../lib/recorder/ring.ts';
import { blockedTasks } from '../../lib/sources/host/blocked-tasks.ts';
import { fakeNode } from '../fakes/node.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flight-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const FILES = {
  '/proc/loadavg': '1.50 1.00 0.50 2/300 4711\n',
  '/proc/stat': 'cpu0 1 2 3 4\nprocs_running 2\nprocs_blocked 3\n',
  '/proc/meminfo': 'MemTotal: 2048 kB\nMemAvailable: 1024 kB\n',
};

/** Records as long as `turns` pauses last, each of them ten seconds. */
async function fly(turns: number) {
  const ended = new AbortController();
  let now = 0;
  let left = turns;
  const commands: string[] = [];
  const node = fakeNode({ files: FILES });
  const host: HostView = {
    ...node,
    run: async (argv) => {
      commands.push(argv.join(' '));
      return { kind: 'not-found', file: argv[0] };
    },
    clock: {
      now: () => 1_000_000 + now,
      monotonic: () => now,
      async sleep(duration, signal) {
        if (signal !== ended.signal) return new Promise<void>(() => undefined);
        now += duration;
        left -= 1;
        if (left < 0) ended.abort();
      },
    },
  };
  const path = join(directory, 'flight.ring');
  const gathered = gatherer(host, { thorough: false, keep: () => 0 });
  await keepFlightRecord({
    clock: host.clock,
    recorder: openRecorder(path),
    moment: () => ({ boot: 'boot-a', up: now }),
    gathered,
    apiLatency: () => 7,
    own: () => ({ agentMemory: 20, agentCpu: 0.5 }),
    signal: ended.signal,
  });
  return { samples: await readFlight(path), commands };
}

describe('keepFlightRecord', () => {
  it('records at the start, every ten seconds, and at an end in order', async () => {
    const { samples } = await fly(3);

    expect(samples.map(({ mark, up }) => [mark, up])).toEqual([
      ['started', 0],
      ['running', 10_000],
      ['running', 20_000],
      ['running', 30_000],
      ['stopped', 40_000],
    ]);
  });

  it('keeps what was measured, and asks nobody else for more', async () => {
    const { samples, commands } = await fly(0);

    expect(samples[0]).toMatchObject({ load1: 1.5, memoryAvailable: 1024 * 1024, apiLatency: 7, agentMemory: 20, agentCpu: 0.5 });
    expect(samples[0]).toMatchObject({ blockedTasks: 3 });
    expect(samples[0]).not.toHaveProperty('relistAge');
    expect(commands).toEqual([]);
  });
});

describe('last', () => {
  it('tells what was read, how long ago, and reads nothing', async () => {
    let now = 0;
    let reads = 0;
    const node = fakeNode({});
    const host: HostView = {
      ...node,
      clock: { ...node.clock, monotonic: () => now },
      async processes() {
        reads += 1;
        return { kind: 'processes', entries: [], truncated: false };
      },
    };
    const gathered = gatherer(host, { keep: () => 0 });

    expect(gathered.last?.(blockedTasks)).toBeUndefined();
    await gathered.fact(blockedTasks);
    now = 40_000;
    expect(gathered.last?.(blockedTasks)).toMatchObject({ age: 40_000, fact: { processes: [], others: 0 } });
    expect(reads).toBe(1);
  });
});
