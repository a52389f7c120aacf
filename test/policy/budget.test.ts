import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { attemptHistory, attemptsOf, restartsLeft, sinceLast } from '../../lib/policy/budget.ts';
import { entry, intent, outcome } from '../fakes/ledger.ts';

const now = { boot: 'boot-a', up: minutes(90) };
const spender = { type: 'ContainerRuntimeUnhealthy', subject: 'docker.service', remedy: 'restart-runtime' };
const at = (up: number, boot = 'boot-a') => ({ up, boot });
const reset = (subject?: string, of = 'ContainerRuntimeUnhealthy') =>
  ({ kind: 'reset', of, ...(subject === undefined ? {} : { subject }), by: 'root' }) as const;
const count = (entries: readonly LedgerEntry[], per = minutes(60)) => attemptsOf(entries, spender, per, now).length;

describe('attemptsOf', () => {
  it.each([
    ['one within the time', [entry(intent(), at(minutes(31)))], 1],
    ['one at its very end', [entry(intent(), at(minutes(30)))], 1],
    ['none after it', [entry(intent(), at(minutes(29)))], 0],
    ['one whose outcome is not known', [entry(intent(), at(minutes(89)))], 1],
    ['one that succeeded', [entry(intent(), at(minutes(80))), entry(outcome(), at(minutes(81)))], 1],
    ['one of another incident', [entry(intent({ incident: '20251231-0009' }), at(minutes(80)))], 1],
    ['none against another subject', [entry(intent({ subject: 'containerd.service' }), at(minutes(80)))], 0],
    ['none against another type', [entry(intent({ type: 'PLEGUnhealthy' }), at(minutes(80)))], 0],
    ['none of another remedy', [entry(intent({ remedy: 'reboot' }), at(minutes(80)))], 0],
    ['none that was forgiven', [entry(intent(), at(minutes(80))), entry(reset(), at(minutes(81)))], 0],
    ['none that was forgiven by subject', [entry(intent(), at(minutes(80))), entry(reset('docker.service'), at(minutes(81)))], 0],
    ['one when another subject was forgiven', [entry(intent(), at(minutes(80))), entry(reset('x'), at(minutes(81)))], 1],
    [
      'one when the breaker was reset',
      [entry(intent(), at(minutes(80))), entry(reset(undefined, 'breaker'), at(minutes(81)))],
      1,
    ],
    ['one after it was forgiven', [entry(reset(), at(minutes(79))), entry(intent(), at(minutes(80)))], 1],
  ])('counts %s', (_, entries, expected) => {
    expect(count(entries)).toBe(expected);
  });

  it('counts an attempt of an earlier boot until this one has been up for the whole time', () => {
    const attempt = [entry(intent(), at(minutes(5), 'boot-z'))];

    expect(attemptsOf(attempt, spender, minutes(60), { boot: 'boot-a', up: seconds(30) })).toHaveLength(1);
    expect(attemptsOf(attempt, spender, minutes(60), { boot: 'boot-a', up: minutes(61) })).toHaveLength(0);
  });

  it('does not look at the wall clock', () => {
    const attempt = intent();

    expect(count([entry(attempt, { ...at(minutes(80)), at: 0 }), entry(attempt, { ...at(minutes(81)), at: 1e15 })])).toBe(2);
  });

  it('orders a reset by the clock of its boot, not by a number that was given later', () => {
    expect(count([entry(intent(), { ...at(minutes(80)), seq: 900 }), entry(reset(), { ...at(minutes(81)), seq: 3 })])).toBe(0);
    expect(count([entry(intent(), { ...at(minutes(80)), seq: 3 }), entry(reset(), { ...at(minutes(79)), seq: 900 })])).toBe(1);
  });
});

describe('attemptHistory', () => {
  const entries = [
    entry(intent({ incident: '20260101-0001' }), at(minutes(40))),
    entry(intent({ incident: '20260101-0002', action: '20260101-0002.1' }), at(minutes(70))),
    entry(outcome({ incident: '20260101-0002', action: '20260101-0002.1' }), at(minutes(72))),
  ];
  const of = (incident: string | undefined, more: readonly LedgerEntry[] = []) =>
    attemptHistory([...entries, ...more], { ...spender, incident }, minutes(60), now);

  it('tells what was tried in this incident from what counts', () => {
    expect(of('20260101-0002')).toEqual({ tried: true, attempts: 2, sinceLast: minutes(18) });
    expect(of('20260101-0003')).toEqual({ tried: false, attempts: 2, sinceLast: minutes(18) });
    expect(of(undefined)).toEqual({ tried: false, attempts: 2, sinceLast: minutes(18) });
  });

  it.each<[string, Parameters<typeof outcome>[0], boolean, boolean]>([
    ['succeeded, and the problem came back', { outcome: 'succeeded' }, true, true],
    ['failed', { outcome: 'failed' }, true, true],
    ['was refused by the last look at the unit', { outcome: 'refused' }, false, true],
    ['was cut short by the end of the agent', { outcome: 'interrupted' }, false, false],
  ])('knows whether a remedy was tried, and whether it rests, when it %s', (_, end, tried, rests) => {
    const entries = [entry(intent(), { up: 1000 }), entry(outcome(end), { up: 2000 })];
    const spender = { type: 'ContainerRuntimeUnhealthy', subject: 'docker.service', remedy: 'restart-runtime' };

    const history = attemptHistory(entries, { ...spender, incident: '20260101-0001' }, 3_600_000, { boot: 'boot-a', up: 5000 });

    expect(history).toEqual({ tried, attempts: 1, sinceLast: rests ? 3000 : undefined });
  });

  it('does not plan again in this incident what has no plan', () => {
    const entries = [entry(intent({ plan: [] }), at(1000)), entry(outcome({ outcome: 'refused' }), at(2000))];

    expect(attemptHistory(entries, { ...spender, incident: '20260101-0001' }, minutes(60), now).tried).toBe(true);
  });

  it('goes by the order of the ledger in whether it was forgiven before or after a reboot', () => {
    const attempt = entry(intent(), at(minutes(50), 'boot-z'));
    const former = entry(reset(), at(minutes(80), 'boot-z'));
    const forgiven = entry(reset(), at(minutes(1)));
    const next = entry(intent({ action: 'b' }), at(minutes(2)));

    expect(count([attempt, forgiven], minutes(120))).toBe(0);
    expect(count([former, next], minutes(120))).toBe(1);
  });

  it.each<[string, readonly NonNullable<Parameters<typeof outcome>[0]>['outcome'][], boolean, number]>([
    ['failures', ['failed', 'failed', 'timed-out'], false, 3],
    ['what was put off or called off', ['interrupted', 'interrupted'], false, 0],
    ['what goes on', [undefined], false, 0],
    ['a success', ['failed', 'succeeded'], true, 2],
    ['a refusal', ['refused'], true, 0],
  ])('counts for one that may be tried again: %s', (_name, ends, tried, attempts) => {
    const spender = { type: 'KernelDeadlock', subject: undefined, remedy: 'drain', incident: 'i', again: true };
    const entries = ends.flatMap((end, index) => {
      const of = { action: `i.${index}`, incident: 'i', remedy: 'drain' };
      const begun = entry({ ...intent({ ...of, type: 'KernelDeadlock' }), subject: undefined } as never, { up: 1000 * index });
      return end === undefined ? [begun] : [begun, entry(outcome({ ...of, outcome: end }), { up: 1000 * index + 500 })];
    });

    expect(attemptHistory(entries, spender, 3_600_000, { boot: 'boot-a', up: 60_000 })).toMatchObject({ tried, attempts });
  });

  it('is clean after a reset, but still rests', () => {
    expect(of('20260101-0002', [entry(reset(), at(minutes(80)))])).toEqual({ tried: false, attempts: 0, sinceLast: minutes(18) });
  });
});

describe('sinceLast', () => {
  it('does not ask which problem a remedy ran against', () => {
    expect(sinceLast([entry(intent({ type: 'PLEGUnhealthy' }), at(minutes(89)))], 'restart-runtime', now)).toBe(minutes(1));
    expect(sinceLast([], 'restart-runtime', now)).toBeUndefined();
  });
});

describe('restartsLeft', () => {
  const restarted = [entry(intent(), at(minutes(80)))];

  it.each([
    ['as many as the budget allows with a ledger', restarted, 'disk', Number.POSITIVE_INFINITY],
    ['one per boot without', [], 'runtime', 1],
    ['none after that one', restarted, 'runtime', 0],
    ['one after a reboot', [entry(intent(), at(minutes(80), 'boot-z'))], 'runtime', 1],
    ['one for another unit', [entry(intent({ unit: 'kubelet.service' }), at(minutes(80)))], 'runtime', 1],
    ['none when nothing can be remembered', [], 'memory', 0],
  ] as const)('are %s', (_, entries, kept, expected) => {
    expect(restartsLeft(entries, 'docker.service', kept, now)).toBe(expected);
  });
});
