import { describe, expect, it } from 'vitest';
import { ConditionBoard } from '../../../lib/monitors/conditions/board.ts';
import { type Claim, quietPeriodOf } from '../../../lib/monitors/conditions/claim.ts';

const MINUTE = 60_000;

const claim = (part: Partial<Claim> = {}): Claim => ({
  monitor: 'kernel.json',
  type: 'KernelDeadlock',
  reason: 'DockerHung',
  subject: '',
  message: 'task docker:1 blocked',
  severity: 'warning',
  since: 1000,
  seen: part.since ?? 1000,
  trusted: true,
  clearing: { quietPeriod: 30 * MINUTE },
  ...part,
});

function boardWith(...claims: readonly Claim[]) {
  const board = new ConditionBoard();
  board.declare(
    { type: 'KernelDeadlock', reason: 'KernelHasNoDeadlock', message: 'kernel has no deadlock' },
    'kernel-monitor',
    0,
  );
  return { board, events: claims.map((one) => board.claim(one)) };
}

const stateOf = (board: ConditionBoard) =>
  board.conditions().map(({ status, reason, transition }) => [status, reason, transition]);

describe('a condition', () => {
  it('is False from the first moment, in its own words', () => {
    expect(boardWith().board.conditions()).toEqual([
      {
        type: 'KernelDeadlock',
        status: 'False',
        reason: 'KernelHasNoDeadlock',
        message: 'kernel has no deadlock',
        transition: 0,
      },
    ]);
  });

  it('becomes True with the time and the words of the line, and one event', () => {
    const { board, events } = boardWith(claim());

    expect(stateOf(board)).toEqual([['True', 'DockerHung', 1000]]);
    expect(events).toEqual([
      {
        severity: 'Warning',
        condition: 'KernelDeadlock',
        source: 'kernel-monitor',
        reason: 'DockerHung',
        message: 'Node condition KernelDeadlock is now: True, reason: DockerHung, message: "task docker:1 blocked"',
        time: 1000,
      },
    ]);
  });

  it('keeps the first words and tells nothing new for the same reason', () => {
    const { board, events } = boardWith(claim(), claim({ message: 'again', since: 2000 }));

    expect(events[1]).toBeUndefined();
    expect(board.conditions()).toMatchObject([{ message: 'task docker:1 blocked', transition: 1000 }]);
  });

  it('shows the worst of several reasons, then the newest, without a new transition', () => {
    const { board } = boardWith(
      claim({ reason: 'A', severity: 'critical' }),
      claim({ reason: 'B', since: 2000 }),
      claim({ reason: 'C', since: 3000, monitor: 'other.json' }),
    );

    expect(stateOf(board)).toEqual([['True', 'A', 1000]]);
    board.revert('KernelDeadlock', 'A', '', 4000);
    expect(stateOf(board)).toEqual([['True', 'C', 1000]]);
  });

  it('is nothing if nobody declared it', () => {
    const { board, events } = boardWith(claim({ type: 'Undeclared' }));

    expect(events).toEqual([undefined]);
    expect(board.conditions()).toHaveLength(1);
  });

  it('is not bought by a million devices', () => {
    const { board } = boardWith(...Array.from({ length: 1000 }, (_, index) => claim({ subject: `sd${index}` })));

    expect(board.claims()).toHaveLength(65);
  });

  it('clips what a hostile line says', () => {
    const { board } = boardWith(claim({ message: 'x'.repeat(1_000_000) }));

    expect(board.conditions()[0]?.message.length).toBeLessThan(1000);
  });
});

describe('a condition ends', () => {
  it('when nothing renewed it for the quiet period', () => {
    const { board } = boardWith(claim(), claim({ since: 10 * MINUTE }));

    expect(board.expire(39 * MINUTE)).toEqual([]);
    expect(board.expire(40 * MINUTE)).toMatchObject([{ severity: 'Normal', reason: 'KernelHasNoDeadlock' }]);
    expect(stateOf(board)).toEqual([['False', 'KernelHasNoDeadlock', 40 * MINUTE]]);
  });

  it('when a line says so, for what it names', () => {
    const { board } = boardWith(claim({ subject: 'sda' }), claim({ subject: 'sdb' }));

    expect(board.revert('KernelDeadlock', 'DockerHung', 'sda', 2000)).toEqual([]);
    expect(board.claims().map(({ subject }) => subject)).toEqual(['sdb']);
    expect(board.revert('KernelDeadlock', 'DockerHung', '', 2000)).toHaveLength(1);
  });

  it('when the node says so, and not by time', () => {
    const asked = claim({ subject: 'sda', clearing: { quietPeriod: MINUTE, recheck: 'read-only-mount' } });
    const { board } = boardWith(asked);

    expect(board.expire(90 * MINUTE)).toEqual([]);
    expect(board.toRecheck()).toEqual([asked]);
    expect(board.recheck(asked, 'unknown', 2000)).toEqual([]);
    expect(board.recheck(asked, 'stands', 2000)).toEqual([]);
    expect(stateOf(board)).toMatchObject([['True', 'DockerHung', 1000]]);
    expect(board.recheck(asked, 'gone', 2000)).toHaveLength(1);
  });

  it('not by an answer that is older than a new line', () => {
    const asked = claim({ subject: 'sda', clearing: { quietPeriod: MINUTE, recheck: 'read-only-mount' } });
    const { board } = boardWith(asked);
    board.claim({ ...asked, seen: 5000 });

    expect(board.recheck(asked, 'gone', 6000)).toEqual([]);
    expect(stateOf(board)).toMatchObject([['True', 'DockerHung', 1000]]);
  });

  it('never within the drain buffer', () => {
    expect(quietPeriodOf(undefined, 0)).toBe(30 * MINUTE);
    expect(quietPeriodOf(MINUTE, 10 * MINUTE)).toBe(11 * MINUTE);
    expect(quietPeriodOf(undefined, 60 * MINUTE)).toBe(61 * MINUTE);
  });
});

describe('after a restart', () => {
  it('conditions stand as before, without an event', () => {
    const { board } = boardWith(claim());
    const { board: later } = boardWith();
    later.restore(board.claims());
    later.restore([claim({ type: 'NobodyDeclaresThis' })]);

    expect(stateOf(later)).toEqual([['True', 'DockerHung', 1000]]);
    expect(later.claim(claim({ since: 2000 }))).toBeUndefined();
  });
});
