import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { surgeIdentity } from '../../../../agent/drain/surge/identity.ts';

describe('surgeIdentity', () => {
  const { by, process: own, isDead } = surgeIdentity('drain');
  const me = own ?? { host: '', boot: '', pid: 0, started: 0 };

  it('is this program, and it lives', () => {
    expect(by).toMatch(/ on .+ with nodemend drain$/);
    expect(me).toMatchObject({ host: hostname(), pid: process.pid });
    expect(isDead(me)).toBe(false);
  });

  it.each([
    ['a PID that was given again', { started: me.started + 1 }, true],
    ['a PID that nobody has', { pid: 4_194_305 }, true],
    ['before the last boot', { boot: 'another' }, true],
    ['another host: nobody can tell', { host: 'elsewhere', pid: 4_194_305 }, false],
  ])('tells %s', (_, changes, dead) => {
    expect(isDead({ ...me, ...changes })).toBe(dead);
  });

  it('is another one each time', () => {
    expect(surgeIdentity('drain').run).not.toBe(surgeIdentity('drain').run);
  });
});
