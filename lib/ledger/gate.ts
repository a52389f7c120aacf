import { formatDuration } from '../model/quantity.ts';
import type { Duration } from '../model/units.ts';

/**
 * Lets one call at a time at a disk, and waits for it no longer than the deadline. A call that is late stays where it is – each
 * holds one of four threads – and no other is begun before it has ended and `afterwards` has cleaned up behind it.
 */
export function gate(deadline: Duration, afterwards: () => Promise<void>): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = false;
  return async (work) => {
    if (busy) throw new Error('an earlier call has still not been answered');
    busy = true;
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), deadline);
    const running = work();
    const first = await Promise.race([
      running.then(
        () => 'done',
        () => 'done',
      ),
      late,
    ]);
    clearTimeout(timer);
    if (first === 'late') {
      running.then(afterwards, afterwards).finally(() => {
        busy = false;
      });
      throw new Error(`no answer for ${formatDuration(deadline)}`);
    }
    busy = false;
    return await running;
  };
}
