import { describe, expect, it } from 'vitest';
import { follow, judgeCourse, judgeNode, startCourse, type Wellness } from '../../lib/reboot/validation.ts';

const well: Wellness = { kind: 'well' };
const unwell: Wellness = { kind: 'unwell', why: 'kubelet down' };
const SETTINGS = { stable: 60, within: 300 };

/** One look each 10, which takes 1. */
function run(looks: (at: number) => Wellness): { readonly kind: string; readonly at: number; readonly why?: string } {
  let course = startCourse(0);
  for (let at = 0; ; at += 10) {
    course = follow(course, looks(at), at);
    const verdict = judgeCourse(course, SETTINGS, at + 1);
    if (verdict.kind !== 'again') return { at, ...verdict };
  }
}

describe('the validation', () => {
  it.each<[string, (at: number) => Wellness, object]>([
    ['passes when all was well for long enough', () => well, { kind: 'passed', at: 60 }],
    ['begins anew with each break', (at) => (at === 50 ? unwell : well), { kind: 'passed', at: 120 }],
    ['fails with what was wrong last', () => unwell, { kind: 'failed', why: 'kubelet down', at: 300 }],
    [
      'fails where it is never well for long',
      (at) => (at % 50 === 0 ? unwell : well),
      { kind: 'failed', why: 'kubelet down', at: 300 },
    ],
    ['passes in the last moment', (at) => (at < 240 ? unwell : well), { kind: 'passed', at: 300 }],
  ])('%s', (_what, looks, expected) => expect(run(looks)).toEqual(expected));

  it.each([
    [1060, 1000, 'passed'],
    [1059, 1000, 'again'],
    [1299, undefined, 'again'],
    [1300, undefined, 'failed'],
  ])('counts from its beginning, whenever that was: at %d, well since %s: %s', (now, wellSince, kind) => {
    expect(judgeCourse({ ...startCourse(1000), wellSince }, SETTINGS, now).kind).toBe(kind);
  });
});

describe('judgeNode', () => {
  it.each([
    ['this boot, Ready', { bootId: 'b', ready: true, unready: '' }, 'well'],
    ['the boot before, Ready', { bootId: 'a', ready: true, unready: '' }, 'unwell'],
    ['no boot, Ready', { bootId: '', ready: true, unready: '' }, 'unwell'],
    ['this boot, not Ready', { bootId: 'b', ready: false, unready: 'KubeletNotReady' }, 'unwell'],
  ])('%s', (_what, node, kind) => expect(judgeNode(node, 'b').kind).toBe(kind));
});
