import type { Duration } from '../model/units.ts';

/** One look at a host after its reboot. `why`: what is not well yet. */
export type Wellness = { readonly kind: 'well' } | { readonly kind: 'unwell'; readonly why: string };

/** Since when all has been well without a break, by a clock that never jumps; undefined: it is not. */
export interface Course {
  readonly began: Duration;
  readonly wellSince: Duration | undefined;
  readonly last: string;
}

export const startCourse = (now: Duration): Course => ({ began: now, wellSince: undefined, last: 'nobody has looked yet' });

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'again' };

/** `began`: of the look, `now`: of its end. A look that took long proves only what it began with. */
export function follow(course: Course, wellness: Wellness, began: Duration): Course {
  if (wellness.kind === 'unwell') return { ...course, wellSince: undefined, last: wellness.why };
  return { ...course, wellSince: course.wellSince ?? began, last: 'it was well for too short a time' };
}

/** What stands after a look that ended `now`. */
export function judgeCourse(
  { began, wellSince, last }: Course,
  { stable, within }: { readonly stable: Duration; readonly within: Duration },
  now: Duration,
): Verdict {
  if (wellSince !== undefined && now - wellSince >= stable) return { kind: 'passed' };
  return now - began >= within ? { kind: 'failed', why: last } : { kind: 'again' };
}

export interface BootedNode {
  readonly bootId: string;
  readonly ready: boolean;
  readonly unready: string;
}

/** The Node's word counts only when its kubelet speaks of this boot: what it said before the reboot stands there for minutes. */
export function judgeNode({ bootId, ready, unready }: BootedNode, boot: string): Wellness {
  if (bootId !== boot) return { kind: 'unwell', why: 'the kubelet has not reported since the boot' };
  return ready ? { kind: 'well' } : { kind: 'unwell', why: `the Node is not Ready: ${unready}` };
}
