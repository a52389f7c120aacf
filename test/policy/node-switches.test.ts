import { describe, expect, it } from 'vitest';
import { holdsOf } from '../../lib/policy/guards.ts';
import { parseNodeSwitches } from '../../lib/policy/node-switches.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const by = 'annotation nodemend.io/pause';
const until = (time: string) => ({ reason: by, until: Date.parse(time) });

describe('parseNodeSwitches', () => {
  it.each<[string, string | undefined, object | undefined]>([
    ['nothing', undefined, undefined],
    ['an empty value', '', undefined],
    ['false', 'False', undefined],
    ['true', ' true ', { reason: by }],
    ['a time to come', '2026-01-01T13:00:00Z', until('2026-01-01T13:00:00Z')],
    ['a time of another zone', '2026-01-01T14:00:00+01:00', until('2026-01-01T13:00:00Z')],
    ['a time that has passed', '2026-01-01T11:00:00Z', undefined],
    ['what nobody understands', 'tomorrow', { reason: `${by}="tomorrow", which is neither true nor a time` }],
    [
      'a date that does not exist',
      '2026-13-45T99:00:00Z',
      { reason: `${by}="2026-13-45T99:00:00Z", which is neither true nor a time` },
    ],
  ])('pause: %s', (_, value, paused) => {
    expect(parseNodeSwitches(value === undefined ? {} : { 'nodemend.io/pause': value }, NOW).paused).toEqual(paused);
  });

  it.each([
    ['observe', true],
    [' Observe\n', true],
    ['remedy', false],
    ['anything', false],
    ['', false],
  ])('mode: %j lowers: %s', (value, observe) => {
    expect(parseNodeSwitches({ 'nodemend.io/mode': value }, NOW).observe).toBe(observe);
  });

  it('holds every remedy, by the guard’s own name, while the Node says observe', () => {
    const action = { remedy: 'restart-runtime', disruption: 'local', allowed: 'local', reason: 'DockerHung' } as const;

    expect(holdsOf({ observing: true }, action).map(({ id }) => id)).toContain('mode');
    expect(holdsOf({ observing: false }, action).map(({ id }) => id)).not.toContain('mode');
  });
});
