import { describe, expect, it } from 'vitest';
import type { CheckState, ProblemState } from '../../lib/model/snapshot.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { type WishContext, wishesOf } from '../../lib/reporters/conditions.ts';
import { checkState, problemState, snapshot } from '../fakes/tidings.ts';

const TYPE = 'ContainerRuntimeUnhealthy';

function wish(
  problems: readonly ProblemState[],
  checks: readonly CheckState[] = [checkState()],
  context: Partial<WishContext> = {},
) {
  const patient = { conditionAfter: minutes(2), certainFor: () => seconds(30), unknownFor: () => 0, ...context };
  return wishesOf(snapshot({ problems, checks }), patient).get(TYPE);
}

const set = (status: string, reason: string, message: string) => ({
  kind: 'set',
  condition: { type: TYPE, status, reason, message },
});
const repaired = (state: Partial<ProblemState> = {}) => problemState({ localRungToCome: true, ...state });
const isTrue = set('True', 'DockerHung', 'docker has not answered for 9 s');
const isClear = set('False', 'ContainerRuntimeIsHealthy', 'docker answered in 3 ms');
const notYet = (message: string) => ({ ...set('False', 'ContainerRuntimeIsHealthy', message), kind: 'unless-true' });

describe('wishesOf', () => {
  it.each<[string, object | undefined, ReturnType<typeof wish>]>([
    ['no problem', isClear, wish([])],
    ['no local rung', isTrue, wish([problemState()])],
    ['given up', isTrue, wish([repaired({ exhausted: true })])],
    ['a local rung to come', notYet('being repaired: docker has not answered for 9 s'), wish([repaired()])],
    [
      'a local rung that is held',
      notYet('its remedy is held by paused: docker has not answered for 9 s'),
      wish([repaired({ next: { remedy: 'restart-runtime', disruption: 'local', blockedBy: ['paused', 'not-persistent'] } })]),
    ],
    ['a local rung to come, for 2 minutes', isTrue, wish([repaired()], [checkState()], { certainFor: () => minutes(2) })],
    ['one of two subjects is due', isTrue, wish([repaired({ subject: 'a' }), problemState()])],
    ['clearing', isTrue, wish([problemState({ state: 'clearing' })])],
    [
      'suspected, however long',
      notYet('suspected: docker has not answered for 9 s'),
      wish([problemState({ state: 'suspected' })], [checkState()], { certainFor: () => minutes(9) }),
    ],
    ['a notice', isClear, wish([problemState({ severity: 'notice' })])],
    ['does not apply here', undefined, wish([], [checkState({ status: 'skip' })])],
    ['its check is off', undefined, wish([], [])],
    ['has not run yet', { kind: 'keep', type: TYPE }, wish([], [checkState({ status: 'unknown', lastRun: null })])],
    ['could not tell just now', { kind: 'keep', type: TYPE }, wish([], [checkState({ status: 'unknown' })])],
    [
      'could not tell for 2 minutes',
      set('Unknown', 'CheckCouldNotTell', 'docker answered in 3 ms'),
      wish([], [checkState({ status: 'unknown' })], { unknownFor: () => minutes(2) }),
    ],
    [
      'never ran for 2 minutes',
      { kind: 'keep', type: TYPE },
      wish([], [checkState({ status: 'unknown', lastRun: null })], { unknownFor: () => minutes(2) }),
    ],
    [
      'its check found something else',
      set('False', 'ContainerRuntimeIsHealthy', 'container-runtime tells of no ContainerRuntimeUnhealthy'),
      wish([problemState({ type: 'Other' })], [checkState({ status: 'fail' })]),
    ],
    ['its check found but a notice', isClear, wish([problemState({ severity: 'notice' })], [checkState({ status: 'warn' })])],
    ['stands although its check is dark', isTrue, wish([problemState()], [checkState({ status: 'unknown' })])],
  ])('%s', (_, expected, actual) => {
    expect(actual).toEqual(expected);
  });

  it('names the worst reason, and all messages', () => {
    const mild = problemState({ subject: 'b', reason: 'DockerSlow', severity: 'warning', message: 'slow' });

    expect(wish([mild, problemState()])).toEqual(set('True', 'DockerHung', 'docker has not answered for 9 s; slow'));
  });

  it('keeps the reasons of node-problem-detector where it has some', () => {
    const checks = [checkState({ conditions: ['ReadonlyFilesystem', 'KernelDeadlock', 'PLEGUnhealthy'] })];
    const context = { conditionAfter: 0, certainFor: () => 0, unknownFor: () => 0 };

    const wishes = [...wishesOf(snapshot({ checks }), context).values()];

    expect(wishes.map((each) => (each.kind === 'keep' ? '' : each.condition.reason))).toEqual([
      'KernelHasNoDeadlock',
      'NoPLEGUnhealthy',
      'FilesystemIsNotReadOnly',
    ]);
  });
});
