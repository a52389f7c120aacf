import { describe, expect, it } from 'vitest';
import { cordon } from '../../lib/remedies/cordon.ts';
import { drain } from '../../lib/remedies/drain.ts';
import { uncordon } from '../../lib/remedies/uncordon.ts';
import { context } from './units.ts';

describe.each([
  ['cordon', cordon],
  ['drain', drain],
  ['uncordon', uncordon],
] as const)('%s', (verb, remedy) => {
  it('is one step, which says itself how it ended', () => {
    expect(remedy.plan?.(context('DockerHung', { move: { kind: 'may' } }))).toEqual({
      kind: 'plan',
      steps: [{ do: 'move-work', verb }],
      delay: 0,
      settle: 0,
    });
  });

  it.each([
    ['the cluster was not asked', {}],
    ['this node is not joined', { move: { kind: 'no', why: 'this node is not joined' } }],
  ] as const)('refuses, because %s', (why, details) => {
    expect(remedy.plan?.(context('DockerHung', details))).toEqual({ kind: 'refusal', why });
  });
});
