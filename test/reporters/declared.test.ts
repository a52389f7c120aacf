import { describe, expect, it } from 'vitest';
import type { ProblemState, Snapshot } from '../../lib/model/snapshot.ts';
import { wishesOf } from '../../lib/reporters/conditions.ts';
import type { DeclaredWord } from '../../lib/reporters/declared.ts';

const word = (status: 'True' | 'False' | 'Unknown', isFirst = false): DeclaredWord => ({
  type: 'NTPProblem',
  status,
  reason: status === 'True' ? 'NTPIsDown' : 'NTPIsUp',
  message: `${status} it is`,
  isFirst,
});

const problem = (check: string, more: Partial<ProblemState> = {}): ProblemState =>
  ({
    type: 'NTPProblem',
    reason: 'NTPIsDown',
    severity: 'warning',
    state: 'active',
    message: 'ntp is down',
    check,
    exhausted: false,
    localRungToCome: false,
    ...more,
  }) as ProblemState;

function wishOf(declared: DeclaredWord, ...problems: readonly ProblemState[]) {
  const context = { conditionAfter: 0, certainFor: () => 0, unknownFor: () => 0, declared: [declared] };
  const wish = wishesOf({ checks: [], problems } as unknown as Snapshot, context).get('NTPProblem');
  if (wish === undefined) return 'none';
  return wish.kind === 'keep' ? 'keep' : `${wish.kind} ${wish.condition.status} ${wish.condition.reason}`;
}

describe('a condition that a file declares', () => {
  it.each<[string, string, DeclaredWord, readonly ProblemState[]]>([
    ['is False by its own words', 'set False NTPIsUp', word('False'), []],
    ['is Unknown at once', 'set Unknown NTPIsUp', word('Unknown'), []],
    ['waits for the problem that it becomes', 'keep', word('True'), []],
    ['is that problem', 'set True NTPIsDown', word('True'), [problem('custom-plugins')]],
    ['is over when its plugin says so', 'set False NTPIsUp', word('False'), [problem('custom-plugins', { state: 'clearing' })]],
    ['stays True over a restart until somebody has looked', 'unless-true False NTPIsUp', word('False', true), []],
    ['is True while another check says so', 'set True NTPIsDown', word('False'), [problem('journal-log')]],
    ['is not there before its first result', 'keep', { type: 'NTPProblem', status: 'waiting' }, []],
    ['is no condition for a notice', 'set False NTPIsUp', word('False'), [problem('x', { severity: 'notice' })]],
  ])('%s', (_, expected, declared, problems) => {
    expect(wishOf(declared, ...problems)).toBe(expected);
  });

  it('leaves a condition to the check that feeds it', () => {
    const checks = [
      { name: 'c', status: 'pass', summary: 'all is well', lastRun: '', durationMs: 0, conditions: ['NTPProblem'] },
    ];
    const context = { conditionAfter: 0, certainFor: () => 0, unknownFor: () => 0, declared: [word('Unknown')] };

    expect(wishesOf({ checks, problems: [] } as unknown as Snapshot, context).get('NTPProblem')).toMatchObject({
      kind: 'set',
      condition: { status: 'False', message: 'all is well' },
    });
  });
});
