import { describe, expect, it } from 'vitest';
import { Gate, playTurns, type Turn, turnsOf } from '../../../agent/plugins/turns.ts';
import type { Clock } from '../../../lib/host/host.ts';
import type { PluginMonitor, PluginRule } from '../../../lib/monitors/config/plugin-monitor.ts';

const rule = (path: string, more: Partial<PluginRule> = {}): PluginRule => ({
  reason: 'R',
  path,
  args: [],
  timeout: 5000,
  interval: 10_000,
  ...more,
});

const monitorOf = (rules: readonly PluginRule[], concurrency = 3): PluginMonitor => ({
  kind: 'plugin',
  file: 'm.json',
  source: 's',
  conditions: [],
  rules,
  mostOutput: 80,
  concurrency,
  messageChangeCounts: false,
  skipInitialStatus: false,
  metricsReporting: true,
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A clock that a test moves; sleepers wake in the order of their time. */
function fakeClock(stop: AbortController) {
  let now = 0;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (pause, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ at: now + pause, wake: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
  async function until(time: number) {
    for (;;) {
      await settled();
      const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > time || stop.signal.aborted) break;
      sleepers = sleepers.filter((one) => one !== next);
      now = next.at;
      next.wake();
    }
    now = time;
  }
  return { clock, until, at: () => now };
}

function start(monitors: readonly PluginMonitor[], options: { took?: number; random?: number } = {}) {
  const stop = new AbortController();
  const { clock, until, at } = fakeClock(stop);
  const played: string[] = [];
  let [running, most] = [0, 0];
  const ended = playTurns(monitors, {
    clock,
    random: () => options.random ?? 0.5,
    signal: stop.signal,
    async play({ rules: [{ path }] }: Turn) {
      played.push(`${at()} ${path}`);
      running += 1;
      most = Math.max(most, running);
      if (options.took !== undefined) await clock.sleep(options.took);
      running -= 1;
    },
  });
  return { until, played, most: () => most, stop: () => stop.abort(), ended };
}

describe('plugins', () => {
  it('run soon after the start, then at their interval', async () => {
    const { until, played } = start([monitorOf([rule('/a')])]);

    await until(31_000);

    expect(played).toEqual(['1000 /a', '11000 /a', '21000 /a', '31000 /a']);
  });

  it.each([
    [0, ['0 /a', '9000 /a', '18000 /a']],
    [0.999, ['1998 /a', '12996 /a']],
  ])('run with jitter: random %d', async (random, expected) => {
    const { until, played } = start([monitorOf([rule('/a')])], { random });

    await until(20_000);

    expect(played.map((one) => one.replace(/\.\d+/, ''))).toEqual(expected);
  });

  it('run at their own interval each: a slow one delays no other', async () => {
    const { until, played } = start([monitorOf([rule('/slow', { interval: 20_000 }), rule('/fast', { interval: 5000 })])], {
      took: 4000,
    });

    await until(22_000);

    expect(played.filter((one) => one.endsWith('/slow'))).toEqual(['1000 /slow', '21000 /slow']);
    expect(played.filter((one) => one.endsWith('/fast'))).toEqual([
      '1000 /fast',
      '6000 /fast',
      '11000 /fast',
      '16000 /fast',
      '21000 /fast',
    ]);
  });

  it('never overlap themselves, and leave the node a rest', async () => {
    const { until, played, most } = start([monitorOf([rule('/a', { interval: 2000 })])], { took: 3000 });

    await until(12_000);

    expect(played).toEqual(['1000 /a', '5000 /a', '9000 /a']);
    expect(most()).toBe(1);
  });

  it('of one file wait for each other where its concurrency says so, those of another do not', async () => {
    const file = monitorOf(
      ['/a', '/b', '/c'].map((path) => rule(path)),
      2,
    );
    const { until, played, most } = start([file, monitorOf([rule('/d')])], { took: 500 });

    await until(3000);

    expect(played).toEqual(['1000 /a', '1000 /b', '1000 /d', '1500 /c']);
    expect(most()).toBe(3);
  });

  it('end when they are told to, those that wait for their turn too', async () => {
    const { until, played, stop, ended } = start([monitorOf([rule('/a')]), monitorOf([rule('/b', { interval: 86_400_000 })])]);
    await until(2000);

    stop();
    await ended;

    expect(played).toEqual(['1000 /a', '1000 /b']);
  });
});

describe('rules that call the same program', () => {
  it('share one run of it; another argument, timeout or interval is another one', () => {
    const rules = [
      rule('/a', { reason: 'A' }),
      rule('/a', { reason: 'B', condition: 'C' }),
      rule('/a', { args: ['x'] }),
      rule('/a', { interval: 1 }),
      rule('/a', { timeout: 1 }),
    ];

    expect(turnsOf(monitorOf(rules)).map((turn) => turn.rules.map(({ reason }) => reason))).toEqual([
      ['A', 'B'],
      ['R'],
      ['R'],
      ['R'],
    ]);
  });
});

it('lets in as many as there are places, in their order', async () => {
  const gate = new Gate(1);
  const order: number[] = [];
  const one = async (number: number) => {
    await gate.enter();
    order.push(number);
  };
  await one(1);
  const rest = [one(2), one(3)];
  await settled();
  expect(order).toEqual([1]);

  gate.leave();
  gate.leave();
  await Promise.all(rest);

  expect(order).toEqual([1, 2, 3]);
});
