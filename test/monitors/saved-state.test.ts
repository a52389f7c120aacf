import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, type SavedState, stateForBoot } from '../../lib/monitors/saved-state.ts';

const claim = {
  monitor: 'kernel.json',
  type: 'KernelDeadlock',
  reason: 'DockerHung',
  subject: '12',
  message: 'm',
  severity: 'warning' as const,
  since: 1,
  seen: 2,
  trusted: true,
  clearing: { quietPeriod: 1000, recheck: 'blocked-task' as const },
};

const position = { device: 1, inode: 2, offset: 3, tail: 'a\n', inLongLine: false };

const state: SavedState = {
  boot: 'b1',
  kmsg: 42,
  journals: { '/var/log/journal kubelet': 's=1' },
  files: { '/var/log/kern.log': { files: [position], heads: ['a\n'], done: [] } },
  engines: { 'kernel.json': { counters: { DockerHung: 1 }, lines: [{ message: 'a', time: 1, trusted: false }] } },
  claims: [claim, { ...claim, monitor: 'kubelet.json' }],
};

describe('the saved state', () => {
  it('is read as it was written', () => {
    const { version: _, ...read } = JSON.parse(JSON.stringify(decodeState(encodeState(state))));

    expect(read).toEqual(state);
  });

  it.each([
    ['nothing', ''],
    ['a torn file', encodeState(state).slice(0, 100)],
    ['zeros', '\0'.repeat(100)],
    ['a list', '[]'],
    ['another version', encodeState(state).replace('"version":1', '"version":2')],
    ['a claim without reason', encodeState({ ...state, claims: [{ ...claim, reason: undefined } as never] })],
    ['an offset that is none', encodeState(state).replace('"offset":3', '"offset":"3"')],
    ['a re-check nobody knows', encodeState(state).replace('blocked-task', 'guess')],
    ['counters that are a list', encodeState(state).replace('{"DockerHung":1}', '[1]')],
  ])('%s is not taken for one', (_, content) => {
    expect(decodeState(content)).toBeUndefined();
  });

  it('holds within the boot', () => {
    expect(stateForBoot(state, 'b1', new Set(['kernel.json']))).toBe(state);
  });

  it('loses with a reboot what the kernel said, and nothing else', () => {
    const later = stateForBoot(state, 'b2', new Set(['kernel.json']));

    expect(later.kmsg).toBeUndefined();
    expect(later.engines).toEqual({});
    expect(later.claims.map(({ monitor }) => monitor)).toEqual(['kubelet.json']);
    expect([later.boot, later.journals, later.files]).toEqual(['b2', state.journals, state.files]);
  });
});
