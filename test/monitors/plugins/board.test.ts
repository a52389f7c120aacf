import { describe, expect, it } from 'vitest';
import type { PluginMonitor, PluginRule } from '../../../lib/monitors/config/plugin-monitor.ts';
import { PluginBoard } from '../../../lib/monitors/plugins/board.ts';
import type { PluginStatus } from '../../../lib/monitors/plugins/output.ts';

const rule = (reason: string, condition?: string): PluginRule => ({
  reason,
  path: `/plugin/${reason}`,
  args: [],
  timeout: 5000,
  interval: 30_000,
  ...(condition === undefined ? {} : { condition }),
});

const monitorOf = (rules: readonly PluginRule[], more: Partial<PluginMonitor> = {}): PluginMonitor => ({
  kind: 'plugin',
  file: 'm.json',
  source: 'test-source',
  conditions: [
    { type: 'Other', reason: 'OtherOk', message: 'other is fine' },
    { type: 'Test', reason: 'TestOk', message: 'test is fine' },
  ],
  rules,
  mostOutput: 80,
  concurrency: 3,
  messageChangeCounts: false,
  skipInitialStatus: false,
  metricsReporting: true,
  ...more,
});

const [ok, problem, unknown] = ['ok', 'problem', 'unknown'] as const;
type Step = readonly [PluginStatus, reason: string, message: string, then: string, event: boolean];

const boom = 'True Boom boom';
const fine = 'False TestOk test is fine';

/** node-problem-detector's own cases (TestGenerateStatusForConditions). */
const scenarios: readonly (readonly [string, boolean, readonly Step[]])[] = [
  [
    'stays False, no event',
    false,
    [
      [ok, 'Boom', 'still fine', fine, false],
      [ok, 'Boom', 'still fine', fine, false],
    ],
  ],
  [
    'False to True, then back to False restores the default',
    false,
    [
      [problem, 'Boom', 'boom', boom, true],
      [ok, 'Boom', 'all good', fine, true],
    ],
  ],
  [
    'True to Unknown keeps the output',
    false,
    [
      [problem, 'Boom', 'boom', boom, true],
      [unknown, 'Boom', 'timed out', 'Unknown TestOk timed out', true],
    ],
  ],
  [
    'Unknown',
    false,
    [
      [unknown, 'Boom', 'cannot exec', 'Unknown TestOk cannot exec', true],
      [unknown, 'Boom', 'cannot exec either', 'Unknown TestOk cannot exec', false],
      [ok, 'Boom', 'all good', fine, true],
      [problem, 'Boom', 'boom', boom, true],
    ],
  ],
  [
    'another reason while True',
    false,
    [
      [problem, 'A', 'm', 'True A m', true],
      [problem, 'B', 'm', 'True B m', true],
    ],
  ],
  [
    'another message is ignored',
    false,
    [
      [problem, 'Boom', 'first', 'True Boom first', true],
      [problem, 'Boom', 'second', 'True Boom first', false],
    ],
  ],
  [
    'another message counts when asked for',
    true,
    [
      [problem, 'Boom', 'first', 'True Boom first', true],
      [problem, 'Boom', 'second', 'True Boom second', true],
      [problem, 'Boom', 'second', 'True Boom second', false],
    ],
  ],
];

describe('a condition of a plugin', () => {
  it.each(scenarios)('%s', (_, messageChangeCounts, steps) => {
    const rules = ['Boom', 'A', 'B'].map((reason) => rule(reason, 'Test'));
    const monitor = monitorOf(rules, { messageChangeCounts });
    const board = new PluginBoard([monitor], 0);

    for (const [at, [status, reason, message, then, event]] of steps.entries()) {
      const acting = rules.find((one) => one.reason === reason) ?? expect.fail(reason);
      const { events } = board.take(monitor, acting, { status, message }, at + 1);

      const [other, test] = board.conditions();
      expect(`${test?.status} ${test?.reason} ${test?.message}`).toBe(then);
      expect(other).toEqual({ type: 'Other', status: 'False', reason: 'OtherOk', message: 'other is fine', since: 0 });
      expect(events.map(({ severity, message: said }) => [severity, said])).toEqual(
        event
          ? [
              [
                test?.status === 'True' ? 'Warning' : 'Normal',
                `Node condition Test is now: ${test?.status}, reason: ${test?.reason}, message: ${JSON.stringify(test?.message)}`,
              ],
            ]
          : [],
      );
      if (event) expect(test?.since).toBe(at + 1);
    }
  });

  it('is the worst that several rules say, not the last', () => {
    const [a, b] = [rule('A', 'Test'), rule('B', 'Test')];
    const monitor = monitorOf([a, b]);
    const board = new PluginBoard([monitor], 0);
    const say = (one: PluginRule, status: PluginStatus) => {
      board.take(monitor, one, { status, message: status }, 1);
      const [, test] = board.conditions();
      return `${test?.status} ${test?.reason}`;
    };

    expect([
      say(a, problem),
      say(b, ok),
      say(b, unknown),
      say(b, problem),
      say(a, problem),
      say(b, ok),
      say(b, unknown),
      say(a, ok),
      say(b, ok),
    ]).toEqual(['True A', 'True A', 'True A', 'True B', 'True B', 'True A', 'True A', 'Unknown TestOk', 'False TestOk']);
    expect(Object.fromEntries(board.counters)).toEqual({ A: 1, B: 1 });
  });

  it('waits for its first result when asked to', () => {
    const temporary = rule('T');
    const monitor = monitorOf([temporary, rule('A', 'Test')], { skipInitialStatus: true });
    const board = new PluginBoard([monitor], 0);
    expect([board.conditions(), board.waiting()]).toEqual([[], ['Other', 'Test']]);

    const { changed } = board.take(monitor, temporary, { status: ok, message: '' }, 1);

    expect(changed).toBe(true);
    expect([board.conditions().map(({ type, status }) => `${type} ${status}`), board.waiting()]).toEqual([
      ['Other False', 'Test False'],
      [],
    ]);
  });
});

describe('a temporary rule', () => {
  it.each<[PluginStatus, boolean, number]>([
    [ok, false, 0],
    [problem, true, 1],
    [unknown, true, 1],
  ])('%s: an event each time', (status, event, count) => {
    const temporary = rule('T', undefined);
    const monitor = monitorOf([temporary]);
    const board = new PluginBoard([monitor], 0);

    const { events } = board.take(monitor, temporary, { status, message: 'detail' }, 1);

    const expected = { severity: 'Warning', source: 'test-source', reason: 'T', message: 'detail', time: 1 };
    expect(events).toEqual(event ? [expected] : []);
    expect(board.counters.get('T')).toBe(count);
    expect(board.conditions().every(({ status: now }) => now === 'False')).toBe(true);
  });

  it('that did not run at all is no event of what it looks for', () => {
    const temporary = rule('T');
    const monitor = monitorOf([temporary]);
    const news = new PluginBoard([monitor], 0).take(monitor, temporary, { status: unknown, message: 'no file', notRun: true }, 1);

    expect(news.events).toEqual([]);
  });
});

describe('metrics of plugins', () => {
  /** node-problem-detector's TestGenerateStatusMetrics. */
  it.each<[string, readonly PluginStatus[], number, 0 | 1]>([
    ['a problem', [problem], 1, 1],
    ['one that is over', [problem, ok], 1, 0],
    ['one that came twice', [problem, ok, problem], 2, 1],
    ['one that stays', [problem, problem], 1, 1],
    ['a question', [unknown], 0, 0],
    ['a question after a problem', [problem, unknown], 1, 0],
  ])('%s', (_, results, count, value) => {
    const acting = rule('Boom', 'Test');
    const monitor = monitorOf([acting]);
    const board = new PluginBoard([monitor], 0);
    for (const [at, status] of results.entries()) board.take(monitor, acting, { status, message: 'm' }, at + 1);

    expect(Object.fromEntries(board.counters)).toEqual({ Boom: count });
    expect(board.gauges()).toEqual([{ type: 'Test', reason: 'Boom', value }]);
  });

  it('are there before the first result, and not at all when switched off', () => {
    const rules = [rule('Boom', 'Test'), rule('T')];

    const silent = new PluginBoard([monitorOf(rules, { metricsReporting: false })], 0);
    expect(Object.fromEntries(new PluginBoard([monitorOf(rules)], 0).counters)).toEqual({ Boom: 0, T: 0 });
    expect([silent.counters.size, silent.gauges()]).toEqual([0, []]);
  });
});
