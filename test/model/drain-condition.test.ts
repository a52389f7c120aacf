import { describe, expect, it } from 'vitest';
import { parseDrainCondition, standsFor } from '../../lib/model/drain-condition.ts';

describe('a condition for which a node is drained', () => {
  it.each([
    ['OutOfDisk', { type: 'OutOfDisk', status: 'True', lasting: 0 }],
    ['OutOfDisk=False', { type: 'OutOfDisk', status: 'False', lasting: 0 }],
    ['Ready=Unknown', { type: 'Ready', status: 'Unknown', lasting: 0 }],
    ['Ready=Unknown,10m', { type: 'Ready', status: 'Unknown', lasting: 600_000 }],
    ['KernelDeadlock=True,1h30m', { type: 'KernelDeadlock', status: 'True', lasting: 5_400_000 }],
    ['example.com/Broken=True,0', { type: 'example.com/Broken', status: 'True', lasting: 0 }],
    [' A=True, 5s ', { type: 'A', status: 'True', lasting: 5000 }],
  ])('%j is understood', (text, expected) => {
    expect(parseDrainCondition(text)).toEqual(expected);
  });

  it.each([
    '',
    '=True',
    'Ready=unknown',
    'Ready=Maybe',
    'Ready=True,',
    'Ready=True,10',
    'Ready=True,ten minutes',
    'Ready=True,-5m',
    'Ready=True,5m,6m',
    'Ready,10m',
    'A\n=True',
    `${'A'.repeat(400)}=True`,
  ])('%j is none, and is said to be none', (text) => {
    expect(parseDrainCondition(text)).toBeUndefined();
  });

  it.each([
    ['it stands', [{ type: 'A', status: 'True', since: 400 }], 600],
    ['it has another status', [{ type: 'A', status: 'False', since: 400 }], undefined],
    ['there is none', [], undefined],
    ['nobody says since when', [{ type: 'A', status: 'True' }], 0],
    ['it began in the future', [{ type: 'A', status: 'True', since: 5000 }], 0],
  ])('%s', (_name, conditions, expected) => {
    expect(standsFor({ type: 'A', status: 'True', lasting: 0 }, conditions, 1000)).toBe(expected);
  });
});
