import { formatDuration } from '../../model/quantity.ts';
import type { Duration } from '../../model/units.ts';
import type { Progress } from '../../sources/runtime/daemon-progress.ts';

export interface SilenceLimits {
  /** CPU of all threads in the window from which it counts as progress. */
  readonly hungCpu: Duration;
  /** Share of the window waited for a CPU, all threads together, from which it counts as starved. */
  readonly starvedShare: number;
}

/** What the silence of a daemon means. `why`: sentence fragment after its name. */
export interface Silence {
  readonly verdict: 'hung' | 'slow';
  readonly why: string;
  /** It waited for a CPU, whatever else it did: a restart would only make it wait longer. */
  readonly starved?: string;
}

const STOPPED = 'is stopped (state T): somebody sent it SIGSTOP or attached a debugger';

/** Hung only with proof: a daemon that computes, or waits for a CPU, will answer some day and a restart only makes it worse. */
export function judgeSilence(progress: Progress | undefined, limits: SilenceLimits): Silence {
  if (progress === undefined) return { verdict: 'slow', why: 'could not be watched meanwhile, so hung is not proved' };
  const { pid, window, cpu, waitedForCpu = 0, stuck } = progress;
  const leader = stuck.find(({ thread }) => thread === pid);
  if (leader?.state === 'T' || leader?.state === 't') return { verdict: 'hung', why: STOPPED };
  const span = formatDuration(window);
  if (leader !== undefined) {
    return { verdict: 'hung', why: `was in uninterruptible sleep (state D) in ${leader.wchan ?? 'the kernel'} for ${span}` };
  }
  const waited = `had its threads wait ${formatDuration(waitedForCpu)} for a CPU in ${span}`;
  const starved = waitedForCpu >= limits.starvedShare * window ? { starved: `it ${waited}` } : {};
  if (cpu >= limits.hungCpu) {
    return { verdict: 'slow', why: `used ${formatDuration(cpu)} of CPU in ${span}: it works, slowly`, ...starved };
  }
  if ('starved' in starved) return { verdict: 'slow', why: `${waited}: starved, not hung`, ...starved };
  return { verdict: 'hung', why: `used ${formatDuration(cpu)} of CPU in ${span}` };
}

/** The facts a person would look up next. */
export function describeProgress({ threads, states, cpu, window, waitedForCpu, stuck }: Progress): string {
  const byState = Object.entries(states).map(([state, count]) => `${state} ${count}`);
  const waited = waitedForCpu === undefined ? 'unknown' : formatDuration(waitedForCpu);
  const lines = stuck.map(({ thread, state, wchan }) => `thread ${thread} ${state} in ${wchan ?? 'unknown'}`);
  const summary = `${threads} threads (${byState.join(', ')}), CPU ${formatDuration(cpu)}, waited for a CPU ${waited}, in ${formatDuration(window)}`;
  return [summary, ...lines].join('\n');
}
