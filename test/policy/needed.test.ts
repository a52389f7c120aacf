import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { minutes } from '../../lib/model/units.ts';
import { needed } from '../../lib/policy/needed.ts';
import { entry, intent, opened, outcome } from '../fakes/ledger.ts';

const now = { boot: 'boot-a', up: minutes(90) };
const at = (up: number, boot = 'boot-a') => ({ up, boot });
const reset = (subject?: string, of = 'ContainerRuntimeUnhealthy') =>
  ({ kind: 'reset', of, ...(subject === undefined ? {} : { subject }), by: 'root' }) as const;

describe('needed', () => {
  const closed = (incident: string) => entry({ kind: 'closed', incident, healedBy: 'agent' }, at(minutes(10)));
  const guards = (...names: string[]) =>
    entry({ kind: 'guards', incident: '20260101-0001', remedy: 'reboot', guards: names }, at(minutes(9)));
  const kinds = (entries: readonly LedgerEntry[]) => needed(entries, minutes(60), now).map(({ kind }) => kind);

  it.each([
    ['an open incident, however old', [entry(opened(), at(1))], ['opened']],
    ['nothing of a closed one', [entry(opened(), at(1)), closed('20260101-0001')], []],
    [
      'nothing of one that was opened and closed a moment ago',
      [entry(opened(), at(minutes(80))), entry({ kind: 'closed', incident: '20260101-0001', healedBy: 'x' }, at(minutes(81)))],
      [],
    ],
    ['the last guards alone', [entry(opened(), at(1)), guards('a'), guards('b')], ['opened', 'guards']],
    [
      'a young attempt of a closed one, with its outcome',
      [entry(opened(), at(1)), entry(intent(), at(minutes(80))), entry(outcome(), at(minutes(81))), closed('20260101-0001')],
      ['intent', 'outcome'],
    ],
    ['not an old attempt', [entry(intent(), at(minutes(5), 'boot-z')), entry(outcome(), at(minutes(6), 'boot-z'))], []],
    [
      'the last restart of a unit in this boot',
      [
        entry(intent(), at(minutes(3))),
        entry(outcome(), at(minutes(4))),
        entry(intent({ action: 'b' }), at(minutes(5))),
        entry(outcome({ action: 'b' }), at(minutes(6))),
      ],
      ['intent', 'outcome'],
    ],
    ['an old attempt without outcome', [entry(intent(), at(minutes(5)))], ['intent']],
    [
      'an old attempt of an open incident',
      [entry(opened(), at(1)), entry(intent(), at(minutes(5))), entry(outcome(), at(minutes(6)))],
      ['opened', 'intent', 'outcome'],
    ],
    [
      'every young attempt, not the last alone',
      [
        entry(intent(), at(minutes(80))),
        entry(outcome(), at(minutes(81))),
        entry(intent({ action: 'b' }), at(minutes(82))),
        entry(outcome({ action: 'b' }), at(minutes(83))),
      ],
      ['intent', 'outcome', 'intent', 'outcome'],
    ],
    [
      'of an open incident the last attempt, and no word on those before it, however late it came',
      [
        entry(opened(), at(1)),
        entry(intent({ action: 'a' }), at(minutes(5))),
        entry(intent({ action: 'b' }), at(minutes(6))),
        entry(outcome({ action: 'b' }), at(minutes(7))),
        entry(outcome({ action: 'a' }), at(minutes(8))),
      ],
      ['opened', 'intent', 'outcome'],
    ],
    ['an old reset while something is open', [entry(opened(), at(1)), entry(reset(), at(minutes(5)))], ['opened', 'reset']],
    ['a reset as long as it can forgive', [entry(reset(), at(minutes(80)))], ['reset']],
    ['not an old reset', [entry(reset(), at(minutes(5)))], []],
  ])('keeps %s', (_, entries, expected) => {
    expect(kinds(entries)).toEqual(expected);
  });
});
