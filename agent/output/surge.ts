import type { Way } from '../../lib/drain/surge/choose-way.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { PlannedSurge, SurgeEvent } from '../drain/surge/events.ts';

export const clean = (text: string) => printable(text, 4000);
export const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;

const WORDS: Readonly<Record<Way, string>> = {
  scale: 'scaled up by one',
  roll: 'rolled out anew',
  'one-by-one': 'evicted one by one, a gap each',
  ordinary: 'evicted as any other',
};

function planned({ workload, way, why, gap, wanted, pods }: PlannedSurge): string {
  const of = wanted === undefined ? '' : ` of ${wanted}`;
  const how = gap && way === 'ordinary' ? 'evicted with a gap' : WORDS[way];
  return `  ${workload}: ${pods.length}${of} to move, ${how}: ${clean(why)}\n`;
}

/** What a person reads of a surge; all of it is for people alone. */
export function renderSurge(event: SurgeEvent): string {
  switch (event.event) {
    case 'surge-planned':
      return `${plural(event.workloads.length, 'workload')} to move:\n${event.workloads.map(planned).join('')}`;
    case 'surge-step':
      return `${event.workload}: ${clean(event.message)}\n`;
    case 'surge-waiting':
      return `${event.workload}: waiting for ${formatDuration(event.elapsed)}: ${clean(event.why)}\n`;
    case 'surged':
      return `${event.workload}: ${plural(event.pods, 'pod')} moved in ${formatDuration(event.took)}\n`;
    case 'surge-failed':
      return `error: ${event.workload} was not moved: ${clean(event.message)}\n`;
    case 'surge-undone':
      return `${event.workload}: ${clean(event.message)}\n`;
  }
}
