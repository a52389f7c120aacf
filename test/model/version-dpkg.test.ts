import { describe, expect, it } from 'vitest';
import { compareDpkgVersions } from '../../lib/model/version-dpkg.ts';

describe('compareDpkgVersions', () => {
  // Of dpkg's own tests (lib/dpkg/t/t-version.c) and deb-version(7); the function was also run against `dpkg --compare-versions`.
  it.each([
    ['0', '0', 0],
    ['0', '0-0', 0],
    ['0:0', '0', 0],
    ['1:0', '2', 1],
    ['1.0', '1.00', 0],
    ['1.2', '1.10', -1],
    ['1.0-1', '1.0-2', -1],
    ['1.0-1', '1.0', 1],
    ['1.0~rc1', '1.0', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0~~', '1.0~~a', -1],
    ['1.0~', '1.0', -1],
    ['1.0', '1.0a', -1],
    ['1.0a', '1.0+', -1],
    ['1.0+b1', '1.0.1', -1],
    ['1.0-', '1.0', 0],
    ['249.11-0ubuntu3.9', '248', 1],
    ['247.3-7+deb11u4', '248', -1],
    ['252.39-1~deb12u2', '252.39-1', -1],
    ['5:24.0.7-1~ubuntu.22.04~jammy', '20.10.25-0ubuntu1', 1],
    ['1.6.8-1', '1.6.24~ds1-1+deb12u1', -1],
  ])('%s against %s is %d', (a, b, order) => {
    expect(compareDpkgVersions(a, b)).toBe(order);
    expect(compareDpkgVersions(b, a)).toBe(order === 0 ? 0 : -order);
  });
});
