import { describe, expect, it } from 'vitest';
import { compareEvr, compareRpmVersions, parseEvr } from '../../lib/model/version-rpm.ts';

/** rpm's own cases (tests/rpmvercmp.at): [a, b, order]. */
const PUBLISHED: readonly (readonly [string, string, number])[] = [
  ['1.0', '1.0', 0],
  ['1.0', '2.0', -1],
  ['2.0', '2.0.1', -1],
  ['2.0.1a', '2.0.1', 1],
  ['5.5p1', '5.5p2', -1],
  ['5.5p10', '5.5p1', 1],
  ['10xyz', '10.1xyz', -1],
  ['xyz10', 'xyz10.1', -1],
  ['xyz.4', '8', -1],
  ['xyz.4', '2', -1],
  ['5.5p2', '5.6p1', -1],
  ['5.6p1', '6.5p1', -1],
  ['6.0.rc1', '6.0', 1],
  ['10b2', '10a1', 1],
  ['10a2', '10b2', -1],
  ['1.0a', '1.0aa', -1],
  ['10.0001', '10.1', 0],
  ['10.0001', '10.0039', -1],
  ['4.999.9', '5.0', -1],
  ['20101121', '20101122', -1],
  ['2.0', '2_0', 0],
  ['a+', 'a_', 0],
  ['+a', '_a', 0],
  ['+', '_', 0],
  ['1.0~rc1', '1.0~rc1', 0],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~rc1~git123', '1.0~rc1', -1],
  ['1.0^', '1.0^', 0],
  ['1.0^', '1.0', 1],
  ['1.0^git1', '1.0', 1],
  ['1.0^git1', '1.0^git2', -1],
  ['1.0^git1', '1.01', -1],
  ['1.0^20160101', '1.0.1', -1],
  ['1.0^20160101^git1', '1.0^20160101^git1', 0],
  ['1.0^20160102', '1.0^20160101^git1', 1],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['1.0^git1~pre', '1.0^git1~pre', 0],
  ['1.0^git1', '1.0^git1~pre', 1],
  ['1b.fc17', '1.fc17', -1],
  ['1g.fc17', '1.fc17', 1],
];

describe('compareRpmVersions', () => {
  it.each(PUBLISHED)('%s against %s is %d', (a, b, order) => {
    expect(compareRpmVersions(a, b)).toBe(order);
    expect(compareRpmVersions(b, a)).toBe(order === 0 ? 0 : -order);
  });

  it('compares numbers that are longer than a double holds', () => {
    expect(compareRpmVersions('1.99999999999999999998', '1.99999999999999999999')).toBe(-1);
  });
});

describe('compareEvr', () => {
  it.each([
    ['219-62.el7_6.9', '219-67.el7', -1],
    ['219-67.el7_7.2', '219-67.el7', 1],
    ['219-67.el7', '219-67.el7', 0],
    ['(none):219-30.el7', '219-67.el7', -1],
    ['0:219-78.el7', '219-67.el7', 1],
    ['1:1.0-1', '2.0-1', 1],
    ['249.11-1.el9', '248', 1],
    ['248.3-1', '248.3', 0],
    ['3.10.0-957.21.3.el7', '3.10.0-1075.el7', -1],
    ['3.10.0-1160.el7', '3.10.0-1075.el7', 1],
    ['5.4.17-2136.315.5.el7uek', '3.10.0-1075.el7', 1],
  ])('%s against %s is %d', (a, b, order) => {
    expect(compareEvr(a, b)).toBe(order);
  });

  it.each(['', '-', ':', '~', '\0'])('survives %j', (text) => {
    expect(compareEvr(text, text)).toBe(0);
    expect(parseEvr(text).epoch).toBe(0);
  });
});
