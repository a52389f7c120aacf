import { describe, expect, it } from 'vitest';
import { ConditionBoard } from '../../lib/monitors/conditions/board.ts';
import { recogniseBuiltin } from '../../lib/monitors/config/builtin.ts';
import { counterMonitors } from '../../lib/monitors/config/log-counter.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import { problemCounters, problemGauges } from '../../lib/monitors/gauges.ts';
import { LogEngine } from '../../lib/monitors/log-engine.ts';
import { parseStartPoint, startTime } from '../../lib/monitors/time/start.ts';

/** Cases of node-problem-detector's own tests (at 6632ca67), in our words. */

const parse = (value: unknown) => parseMonitorFile('m.json', JSON.stringify(value));

interface Rule {
  readonly condition?: string;
  readonly reason: string;
}
const foo = { reason: 'foo' };
const bar = { reason: 'bar' };
const fooOfA = { reason: 'foo', condition: 'A' };
const barOfA = { reason: 'bar', condition: 'A' };
const barOfB = { reason: 'bar', condition: 'B' };

/** Each rule matches the line that is its place in the list. */
function monitorOf(rules: readonly Rule[]): LogMonitor {
  const parsed = parse({
    plugin: 'kmsg',
    source: 'TestSource',
    bufferSize: 1,
    conditions: ['A', 'B'].map((type) => ({ type, reason: `${type}Ok`, message: 'fine' })),
    rules: rules.map((one, index) => ({
      ...one,
      type: one.condition === undefined ? 'temporary' : 'permanent',
      pattern: `line${index}$`,
    })),
  });
  return parsed.kind === 'valid' && parsed.monitor.kind === 'log' ? parsed.monitor : expect.fail(JSON.stringify(parsed));
}

function start(monitor: LogMonitor) {
  const board = new ConditionBoard();
  const engine = new LogEngine(monitor, board, { drainBuffer: 1, rechecks: new Set() }, 0);
  const push = (message: string, time: number) => engine.push({ message, time, trusted: true });
  const gauges = () =>
    problemGauges([monitor], board.conditions()).map(({ type, reason, value }) => `${type}/${reason} ${value}`);
  return { board, engine, push, gauges, counters: () => Object.fromEntries(problemCounters([engine])) };
}

describe('a rule that matched (TestGenerateStatusForConditions)', () => {
  it('sets its condition at the time of the first line, and says so', () => {
    const { board, push } = start(monitorOf([fooOfA]));

    expect(push('line0', 1000)).toMatchObject([{ severity: 'Warning', reason: 'foo', time: 1000, condition: 'A' }]);
    const [a, b] = board.conditions();
    expect(a).toMatchObject({ type: 'A', status: 'True', reason: 'foo', message: 'line0', transition: 1000 });
    expect(b).toMatchObject({ type: 'B', status: 'False', reason: 'BOk' });
  });

  it('moves nothing when it says the same again', () => {
    const { board, push } = start(monitorOf([fooOfA]));
    push('line0', 1000);

    expect(push('another line0', 2000)).toEqual([]);
    expect(board.conditions()[0]).toMatchObject({ message: 'line0', transition: 1000 });
  });

  it('leaves conditions alone when it is temporary', () => {
    const { board, push } = start(monitorOf([foo]));

    expect(push('line0', 1000)).toEqual([
      { severity: 'Warning', source: 'TestSource', reason: 'foo', message: 'line0', time: 1000 },
    ]);
    expect(board.conditions().map(({ status }) => status)).toEqual(['False', 'False']);
  });
});

describe('metrics', () => {
  it.each<[string, readonly Rule[], readonly number[], Record<string, number>, readonly string[]]>([
    ['a temporary problem that has not happened', [foo], [], { foo: 0 }, []],
    ['one that happened once', [foo], [0], { foo: 1 }, []],
    ['one that happened twice', [foo], [0, 0], { foo: 2 }, []],
    ['two different ones', [foo, bar], [0, 1], { foo: 1, bar: 1 }, []],
    ['a permanent one', [fooOfA], [0], { foo: 1 }, ['A/foo 1']],
    ['the same reason twice', [fooOfA], [0, 0], { foo: 1 }, ['A/foo 1']],
    ['another reason', [fooOfA, barOfA], [0, 1], { foo: 1, bar: 1 }, ['A/foo 0', 'A/bar 1']],
    ['two conditions', [fooOfA, barOfB], [0, 1], { foo: 1, bar: 1 }, ['A/foo 1', 'B/bar 1']],
  ])('of %s (TestGenerateStatusForMetrics)', (_, rules, lines, counters, gauges) => {
    const monitor = start(monitorOf(rules));
    for (const [at, index] of lines.entries()) monitor.push(`line${index}`, at + 1);

    expect([monitor.counters(), monitor.gauges()]).toEqual([counters, gauges]);
  });

  it.each<[string, readonly Rule[], Record<string, number>, readonly string[]]>([
    ['no rule', [], {}, []],
    ['one temporary', [foo], { foo: 0 }, []],
    ['one permanent', [fooOfA], { foo: 0 }, ['A/foo 0']],
    ['the same temporary twice', [foo, foo], { foo: 0 }, []],
    ['several temporary', [foo, bar], { foo: 0, bar: 0 }, []],
    ['several of one condition', [fooOfA, barOfA], { foo: 0, bar: 0 }, ['A/foo 0', 'A/bar 0']],
    ['several conditions', [fooOfA, barOfB], { foo: 0, bar: 0 }, ['A/foo 0', 'B/bar 0']],
    ['the same permanent twice', [fooOfA, fooOfA], { foo: 0 }, ['A/foo 0']],
    ['both kinds', [foo, barOfA], { foo: 0, bar: 0 }, ['A/bar 0']],
  ])('begin at 0: %s (TestInitializeProblemMetricsOrDie)', (_, rules, counters, gauges) => {
    const monitor = start(monitorOf(rules));

    expect([monitor.counters(), monitor.gauges()]).toEqual([counters, gauges]);
  });
});

describe('lines count from (TestGetStartTime)', () => {
  const NOW = 1_000_000;
  it.each([
    ['the boot of a moment ago', 0, '', '', 0],
    ['the boot, within the look-back', 5, '7s', '', -5],
    ['the look-back', 5, '3s', '', -3],
    ['the end of the delay, which is to come', 5, '', '7s', 2],
    ['now, without a look-back', 5, '', '3s', 0],
    ['the end of the delay', 10, '6s', '12s', 2],
    ['the delay after the boot', 10, '12s', '7s', -3],
    ['the delay, within the look-back', 10, '6s', '7s', -3],
    ['the look-back, after the delay', 10, '2s', '7s', -2],
  ])('%s', (_, uptime, lookback, delay, seconds) => {
    expect(startTime(parseStartPoint(lookback, delay), NOW, uptime * 1000)).toBe(NOW + seconds * 1000);
  });

  it.each([
    ['abc', ''],
    ['', 'abc'],
  ])('nowhere with look-back %j, delay %j', (lookback, delay) => {
    expect(() => parseStartPoint(lookback, delay)).toThrow(/failed to parse/);
  });
});

describe('a plugin’s configuration', () => {
  const defaults = {
    mostOutput: 80,
    concurrency: 3,
    messageChangeCounts: false,
    skipInitialStatus: false,
    metricsReporting: true,
    rules: [{ interval: 30_000, timeout: 5000 }],
  };
  const rule = { type: 'temporary', reason: 'R', path: '/ok.sh' };
  const config = (pluginConfig: object) => ({ plugin: 'custom', pluginConfig, rules: [rule] });

  it.each<[string, object, object]>([
    ['nothing', {}, {}],
    ['a rule’s timeout', { rules: [{ ...rule, timeout: '1s' }] }, { rules: [{ interval: 30_000, timeout: 1000 }] }],
    ['a rule’s interval', { rules: [{ ...rule, invoke_interval: '7s' }] }, { rules: [{ interval: 7000, timeout: 5000 }] }],
    ['an interval', config({ invoke_interval: '31s' }), { rules: [{ interval: 31_000 }] }],
    ['a timeout', config({ timeout: '6s' }), { rules: [{ timeout: 6000 }] }],
    ['a length', config({ max_output_length: 79 }), { mostOutput: 79 }],
    ['a concurrency', config({ concurrency: 2 }), { concurrency: 2 }],
    ['messages', config({ enable_message_change_based_condition_update: true }), { messageChangeCounts: true }],
    ['no metrics', { metricsReporting: false }, { metricsReporting: false }],
    ['no initial status', config({ skip_initial_status: true }), { skipInitialStatus: true }],
  ])('gives %s (ApplyConfiguration)', (_, given, expected) => {
    const parsed = parse({ plugin: 'custom', rules: [rule], ...given });

    expect(parsed).toMatchObject({ kind: 'valid', monitor: { ...defaults, ...expected } });
  });

  it.each<[string, object]>([
    ['another plugin', { plugin: 'non-supported-plugin' }],
    ['a rule that may take longer than all', { rules: [{ ...rule, timeout: '6s' }] }],
    ['a rule that runs all the time', { rules: [{ ...rule, invoke_interval: '0s' }] }],
    ['a rule that runs before it ran', { rules: [{ ...rule, invoke_interval: '-1s' }] }],
    ['an interval that is none', { rules: [{ ...rule, invoke_interval: 'invalid' }] }],
    ['an interval of 0 for all', config({ invoke_interval: '0s' })],
    ['a rule without a program', { rules: [{ type: 'temporary', reason: 'R' }] }],
    ['a condition that is not declared', { rules: [{ ...rule, type: 'permanent', condition: 'X' }] }],
  ])('is refused with %s (Validate)', (_, given) => {
    expect(parse({ plugin: 'custom', rules: [rule], ...given }).kind).toBe('invalid');
  });
});

describe('health-checker’s and log-counter’s options', () => {
  const checker = (pattern: string) => recogniseBuiltin('health-checker', [`--log-pattern=${pattern}`]);

  it.each([
    ['10:pattern1', [{ count: 10, pattern: 'pattern1' }]],
    [
      '10:pattern1,20:pattern2',
      [
        { count: 10, pattern: 'pattern1' },
        { count: 20, pattern: 'pattern2' },
      ],
    ],
    [
      '10:pattern1a:pattern1b,20:pattern2',
      [
        { count: 10, pattern: 'pattern1a:pattern1b' },
        { count: 20, pattern: 'pattern2' },
      ],
    ],
  ])('--log-pattern %s (TestLogPatternFlag)', (pattern, logPatterns) => {
    expect(checker(pattern)).toMatchObject({ logPatterns });
  });

  it.each(['10:', '0:pattern1', ':pattern1', ':', 'notAnInteger:pattern1'])('--log-pattern %s is refused', (pattern) => {
    expect(checker(pattern)).toEqual(expect.stringContaining('--log-pattern NUMBER:PATTERN'));
  });

  it.each(['kubelet', 'docker', 'cri', 'kube-proxy'])('--component %s is known (TestComponentsSupported)', (component) => {
    expect(recogniseBuiltin('health-checker', [`--component=${component}`])).toMatchObject({ component });
  });

  it.each([
    ['a component that nobody knows', ['health-checker', '--component=wrongComponent']],
    ['a pattern that is none', ['log-counter', '--journald-source=x', '--pattern=[']],
    ['a revert pattern that is none', ['log-counter', '--journald-source=x', '--pattern=x', '--revert-pattern=[']],
  ])('%s is refused', (_, [program = '', ...args]) => {
    expect(recogniseBuiltin(program, args)).toEqual(expect.any(String));
  });
});

describe('log-counter (TestCount)', () => {
  const NOW = 1_000_000;
  const counter = (count: number) => {
    const args = ['--journald-source=kernel', '--lookback=5m', '--pattern=0', `--count=${count}`];
    const rules = [{ type: 'permanent', condition: 'C', reason: 'R', path: 'log-counter', args }];
    return parse({ plugin: 'custom', conditions: [{ type: 'C' }], rules });
  };

  it.each<[string, readonly string[], number]>([
    ['no lines', [], 0],
    ['one that matches', ['0'], 1],
    ['one that does not', ['1'], 0],
    ['many', ['0', '0', '1'], 2],
  ])('counts %s', (_, lines, expected) => {
    const isTrue = (count: number) => {
      const parsed = counter(count);
      const plugin =
        parsed.kind === 'valid' && parsed.monitor.kind === 'plugin' ? parsed.monitor : expect.fail(JSON.stringify(parsed));
      const { board, push } = start(counterMonitors(plugin)[0] ?? expect.fail('no counter'));
      for (const message of lines) push(message, NOW);
      return board.conditions().some(({ status }) => status === 'True');
    };

    expect([expected > 0 && isTrue(expected), isTrue(expected + 1)]).toEqual([expected > 0, false]);
  });
});
