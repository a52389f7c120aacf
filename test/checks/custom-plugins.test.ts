import { describe, expect, it } from 'vitest';
import { customPlugins } from '../../lib/checks/custom-plugins.ts';
import type { PluginWord } from '../../lib/model/plugin-word.ts';
import { track } from '../../lib/policy/track.ts';
import type { PluginConditions } from '../../lib/sources/host/plugin-conditions.ts';

const word = (status: PluginWord['status'], more: Partial<PluginWord> = {}): PluginWord => ({
  type: 'NTPProblem',
  status,
  reason: 'NTPIsDown',
  message: 'ntp is down',
  since: 5,
  path: '/opt/check_ntp.sh',
  ...more,
});

const judge = (...words: readonly PluginWord[]) => evaluate({ kind: 'agent', plugins: words.length, words, silent: [] });
const evaluate = (conditions: PluginConditions) => customPlugins.evaluate({ conditions }, { now: 10, settings: {} });

describe('custom-plugins', () => {
  it.each<[string, PluginWord, object]>([
    ['a problem', word('True'), { verdict: 'warn', type: 'NTPProblem', reason: 'NTPIsDown', message: 'ntp is down', since: 5 }],
    ['a problem without a word', word('True', { message: '' }), { message: '/opt/check_ntp.sh says so' }],
    ['a good word', word('False'), { verdict: 'pass', subject: 'NTPProblem' }],
    ['a question', word('Unknown'), { verdict: 'unknown', subject: 'NTPProblem', message: 'NTPProblem: ntp is down' }],
  ])('tells %s', (_, one, finding) => {
    expect(judge(one)).toMatchObject([finding]);
  });

  it('tells by name what could not be run, as no fault of the node', () => {
    const silent = [{ path: '/opt/x', why: '/opt: others than root may write it' }];

    expect(evaluate({ kind: 'agent', plugins: 1, words: [], silent })).toMatchObject([
      { reason: 'PluginNotRun', severity: 'notice', subject: '/opt/x', message: '/opt: others than root may write it' },
    ]);
  });

  it.each<[string, PluginConditions]>([
    ['nobody runs them', { kind: 'no-agent', why: 'only a running agent' }],
    ['there is none', { kind: 'agent', plugins: 0, words: [], silent: [] }],
  ])('skips where %s', (_, conditions) => {
    expect(evaluate(conditions)).toMatchObject([{ verdict: 'skip' }]);
  });

  it('passes with plugins that only have events', () => {
    expect(evaluate({ kind: 'agent', plugins: 2, words: [], silent: [] })).toMatchObject([{ verdict: 'pass' }]);
  });

  it.each<[string, readonly PluginWord[], string[]]>([
    ['a good word ends it', [word('False')], ['cleared']],
    ['a question does not', [word('Unknown')], ['active']],
    ['nor does a question of another', [word('True'), word('Unknown', { type: 'Other' })], ['active']],
    ['nor that its plugin has yet to run', [word('False', { path: undefined } as never)], ['active']],
  ])('of a problem that stands: %s', (_, words, states) => {
    const context = { now: 0, elapsed: 20_000, clearAfter: 10_000 };
    const observe = (previous: Parameters<typeof track>[0], findings: ReturnType<typeof judge>) =>
      track(previous, [{ check: 'custom-plugins', findings }], context);
    const first = observe([], judge(word('True')));
    const second = observe(first.standings, judge(...words));
    const third = observe(second.standings, judge(...words));

    const ended = third.transitions.map(({ to }) => to);
    expect(ended.length > 0 ? ended : third.standings.map(({ state }) => state)).toEqual(states);
  });
});
