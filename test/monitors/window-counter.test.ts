import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConditionBoard } from '../../lib/monitors/conditions/board.ts';
import { counterMonitors, withoutCounters } from '../../lib/monitors/config/log-counter.ts';
import { parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import type { PluginMonitor } from '../../lib/monitors/config/plugin-monitor.ts';
import { type EngineState, LogEngine } from '../../lib/monitors/log-engine.ts';
import { decodeState, encodeState } from '../../lib/monitors/saved-state.ts';

const MINUTE = 60_000;
const NOW = 100 * 60 * MINUTE;
const LONG_AGO = 0;

function pluginFile(text: string): PluginMonitor {
  const parsed = parseMonitorFile('m.json', text);
  return parsed.kind === 'valid' && parsed.monitor.kind === 'plugin' ? parsed.monitor : expect.fail(JSON.stringify(parsed));
}

const shipped = pluginFile(
  readFileSync(join(import.meta.dirname, '../fixtures/npd/config/systemd-monitor-counter.json'), 'utf8'),
);

/** FrequentKubeletRestart: 5 in 20 minutes, from 5 minutes after the boot on. */
function counting(monitor = shipped, { boot = LONG_AGO, state }: { boot?: number; state?: EngineState } = {}) {
  const board = new ConditionBoard();
  const [log] = counterMonitors(monitor);
  const options = { drainBuffer: 10 * MINUTE, rechecks: new Set<never>(), boot };
  const engine = new LogEngine(log ?? expect.fail('no counter'), board, options, boot, state);
  const say = (message: string, minutesAgo = 0) =>
    engine.push({ message, time: NOW - minutesAgo * MINUTE, trusted: true }).map(({ message: said }) => said);
  const standing = () =>
    board.conditions().flatMap(({ type, status, message }) => (status === 'True' ? [`${type}: ${message}`] : []));
  return { engine, board, say, standing };
}

const started = 'Started kubelet.service - Kubernetes Kubelet Server.';
const stopping = 'Stopping kubelet.service - Kubernetes Kubelet Server...';
const found = 'FrequentKubeletRestart: Found 5 matching logs, which meets the threshold of 5';

describe('log-counter, in the process', () => {
  it('is true from the limit on, and told once', () => {
    const { say, standing, engine } = counting();
    const early = [19, 15, 10, 5].flatMap((ago) => say(started, ago));

    expect([early, standing()]).toEqual([[], []]);
    expect(say(started)).toEqual([expect.stringContaining('Node condition FrequentKubeletRestart is now: True')]);
    expect(say(started)).toEqual([]);
    expect(standing()).toEqual([found]);
    expect(engine.counters.get('FrequentKubeletRestart')).toBe(1);
  });

  it('takes away what was on purpose, also of what stands', () => {
    const { say, standing } = counting();
    for (const line of [started, stopping, started, started, started, started]) say(line, 1);
    expect(standing()).toEqual([]);

    say(started, 1);
    expect(standing()).toEqual([found]);
    say(stopping, 1);

    expect(standing()).toEqual([]);
  });

  it('forgets what is older than the look-back', () => {
    const { say, standing } = counting();
    for (const ago of [24, 23, 3, 2, 1]) say(started, ago);
    say(started);

    expect(standing()).toEqual([]);
  });

  it('does not count the starts of the boot', () => {
    const { say, standing } = counting(shipped, { boot: NOW - 10 * MINUTE });
    for (const ago of [9, 8, 7, 6, 4]) say(started, ago);

    expect(standing()).toEqual([]);
  });

  it('is over when the last of too many has left the window', () => {
    const { say, board, standing } = counting();
    for (const ago of [4, 3, 2, 1, 0]) say(started, ago);
    board.expire(NOW + 19 * MINUTE);
    expect(standing()).toEqual([found]);

    board.expire(NOW + 20 * MINUTE);

    expect(standing()).toEqual([]);
  });

  it('goes on after a restart of the agent', () => {
    const first = counting();
    for (const ago of [4, 3, 2, 1]) first.say(started, ago);
    const saved = { boot: 'b', journals: {}, files: {}, engines: { m: first.engine.state }, claims: [] };
    const state = decodeState(encodeState(saved))?.engines.m ?? expect.fail('not read');
    const again = counting(shipped, { state });

    again.say(started);

    expect(again.standing()).toEqual([found]);
  });

  it('keeps no more than it needs', () => {
    const { say, engine } = counting();
    for (let index = 0; index < 10_100; index++) say('x');
    expect(engine.state.counted).toEqual({ 0: [], 1: [], 2: [] });

    for (let index = 0; index < 10_100; index++) say(started);

    expect(engine.state.counted?.[0]?.length).toBe(10_000);
  });

  it('is not needed for lines that are nobody’s', () => {
    const { engine } = counting();

    expect([engine.needsEveryLine, engine.mayMatch('Reached target Sound Card.'), engine.mayMatch(started)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('a file that calls log-counter', () => {
  const call = (source: string, more: object) => ({
    path: '/home/kubernetes/bin/log-counter',
    args: [`--journald-source=${source}`, '--lookback=20m', '--count=3', '--pattern=boom'],
    ...more,
  });
  const mixed = pluginFile(
    JSON.stringify({
      plugin: 'custom',
      source: 's',
      conditions: ['A', 'B', 'C', 'D'].map((type) => ({ type, reason: `${type}Ok`, message: 'ok' })),
      rules: [
        { type: 'permanent', condition: 'A', reason: 'ABad', ...call('kernel', {}) },
        { type: 'permanent', condition: 'B', reason: 'BBad', ...call('dockerd', {}) },
        { type: 'temporary', reason: 'TBad', ...call('dockerd', {}) },
        { type: 'permanent', condition: 'C', reason: 'CBad', path: '/opt/c' },
      ],
    }),
  );

  it('becomes a monitor of each log; the kernel’s lines come from the kernel', () => {
    expect(
      counterMonitors(mixed).map(({ file, log, conditions, rules }) => [
        file,
        log,
        conditions.map(({ type }) => type),
        rules.map(({ reason }) => reason),
      ]),
    ).toEqual([
      ['m.json#kernel', { plugin: 'kmsg' }, ['A'], ['ABad']],
      ['m.json#dockerd', { plugin: 'journald', identifier: 'dockerd', path: '' }, ['B'], ['BBad', 'TBad']],
    ]);
  });

  it('leaves the rest to its programs', () => {
    const { rules, conditions } = withoutCounters(mixed);

    expect(rules.map(({ reason }) => reason)).toEqual(['CBad']);
    expect(conditions.map(({ type }) => type)).toEqual(['C', 'D']);
  });

  it('has an event, where a temporary rule says so, when the limit is reached', () => {
    const { say } = counting(
      pluginFile(JSON.stringify({ plugin: 'custom', rules: [{ type: 'temporary', reason: 'T', ...call('x', {}) }] })),
    );

    expect([1, 2, 3, 4].map(() => say('boom'))).toEqual([[], [], ['Found 3 matching logs, which meets the threshold of 3'], []]);
  });
});
