import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import { LineCounter } from '../../lib/monitors/line-counter.ts';

const MINUTE = 60_000;
const file = join(import.meta.dirname, '../fixtures/npd/config/systemd-monitor-counter.json');

/** FrequentKubeletRestart: 5 in 20 minutes, from 5 minutes after the boot on. */
function kubeletRestarts(state?: LineCounter['state']): LineCounter {
  const parsed = parseMonitorFile('m.json', readFileSync(file, 'utf8'));
  const monitor = parsed.kind === 'valid' && parsed.monitor.kind === 'plugin' ? parsed.monitor : expect.fail('not read');
  const builtin = monitor.rules[0]?.builtin;
  return builtin?.program === 'log-counter' ? new LineCounter(builtin, state) : expect.fail('not recognised');
}

const started = 'Started kubelet.service - Kubernetes Kubelet Server.';
const stopping = 'Stopping kubelet.service - Kubernetes Kubelet Server...';
const NOW = 100 * 60 * MINUTE;
const DAY = 24 * 60 * MINUTE;

function counterWith(...lines: readonly (readonly [string, number])[]): LineCounter {
  const counter = kubeletRestarts();
  for (const [message, minutesAgo] of lines) counter.push({ message, time: NOW - minutesAgo * MINUTE, trusted: true });
  return counter;
}

describe('log-counter, in the process', () => {
  it('is true from the limit on', () => {
    const four = [started, started, started, started].map((line, at) => [line, at] as const);

    expect(counterWith(...four).isTooMany(NOW, DAY)).toBe(false);
    expect(counterWith(...four, [started, 5]).isTooMany(NOW, DAY)).toBe(true);
  });

  it('takes away what was on purpose', () => {
    expect(counterWith([started, 1], [stopping, 2], [started, 3], ['anything', 4]).count(NOW, DAY)).toBe(1);
  });

  it('forgets what is older than the look-back, and nothing newer', () => {
    const counter = counterWith([started, 21], [started, 20], [started, 1], [started, -1]);

    expect(counter.count(NOW, DAY)).toBe(2);
    expect(counter.count(NOW + 2 * MINUTE, DAY)).toBe(2);
    expect(counter.count(NOW + 60 * MINUTE, DAY)).toBe(0);
  });

  it('does not count the starts of the boot', () => {
    const counter = counterWith([started, 9], [started, 4]);

    expect(counter.count(NOW, 10 * MINUTE)).toBe(1);
  });

  it('goes on after a restart', () => {
    const before = counterWith([started, 1], [started, 2]);

    expect(kubeletRestarts(JSON.parse(JSON.stringify(before.state))).count(NOW, DAY)).toBe(2);
  });

  it('keeps no more than it needs', () => {
    const counter = kubeletRestarts();
    for (let index = 0; index < 10_100; index++) counter.push({ message: 'x', time: NOW, trusted: false });

    expect(counter.state.counted).toEqual([]);
  });
});
