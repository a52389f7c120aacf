import { describe, expect, it } from 'vitest';
import { conditionPatch, formatSchedule, parseSchedule, scheduleOn } from '../../lib/drain-remedy/scheduled.ts';

const AT = Date.parse('2023-04-24T08:56:26Z');
const END = Date.parse('2023-04-24T08:57:04Z');

describe("Draino's condition", () => {
  it('has its words', () => {
    expect(formatSchedule({ when: AT })).toBe('Drain activity scheduled 2023-04-24T08:56:26Z');
    expect(formatSchedule({ when: AT, mark: 'Completed', at: END })).toBe(
      'Drain activity scheduled 2023-04-24T08:56:26Z | Completed: 2023-04-24T08:57:04Z',
    );
    expect(formatSchedule({ when: AT, mark: 'Failed', at: END })).toContain(' | Failed: 2023-04-24T08:57:04Z');
  });

  it.each([
    [
      'Drain activity scheduled 2023-04-24T16:56:26+08:00 | Completed: 2023-04-24T16:57:04+08:00',
      { when: AT, mark: 'Completed', at: END },
    ],
    ['Drain activity scheduled 2023-04-24T16:56:26+08:00', { when: AT }],
    ['Drain activity scheduled soon', undefined],
    ['Drain activity scheduled 2023-04-24T16:56:26+08:00 | Completed: never', undefined],
    ['', undefined],
  ])('is read back: %j', (message, expected) => {
    expect(parseSchedule(message)).toEqual(expected);
  });

  it('is going while it is True', () => {
    const message = formatSchedule({ when: AT });

    expect(scheduleOn([{ type: 'DrainScheduled', status: 'True', message }])).toEqual({ when: AT, going: true });
    expect(scheduleOn([{ type: 'DrainScheduled', status: 'True' }])).toBeUndefined();
    expect(scheduleOn([])).toBeUndefined();
  });

  it('moves the time of the transition with the status alone, and is not written twice', () => {
    const before = { type: 'DrainScheduled', status: 'True', reason: 'Draino', message: formatSchedule({ when: AT }) };

    expect(conditionPatch({ when: AT }, [], END)).toMatchObject({ status: 'True', lastTransitionTime: '2023-04-24T08:57:04Z' });
    expect(conditionPatch({ when: AT }, [before], END)).toBeUndefined();
    expect(conditionPatch({ when: END }, [before], END)).not.toHaveProperty('lastTransitionTime');
    expect(conditionPatch({ when: AT, mark: 'Failed', at: END }, [before], END)).toMatchObject({
      status: 'False',
      lastTransitionTime: '2023-04-24T08:57:04Z',
    });
  });
});
