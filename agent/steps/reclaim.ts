import { formatBytes } from '../../lib/model/quantity.ts';
import type { ReclaimReport } from '../../lib/model/reclaim.ts';
import { MiB } from '../../lib/model/units.ts';
import { diskProgram } from '../disk/program.ts';
import { done, failed, type StepContext, type StepOf, type StepOutcome, stopAt } from './step.ts';

const MEMORY = 256 * MiB;

function parseReport(said: string): ReclaimReport | undefined {
  try {
    return JSON.parse(said) as ReclaimReport;
  } catch {
    return undefined;
  }
}

function describe({ step, removed, freed, enough, why, kept }: ReclaimReport): string {
  const what =
    removed === 0
      ? `${step}: nothing removed`
      : `${step}: ${removed} removed, ${formatBytes(freed.bytes)} and ${freed.inodes} inodes freed`;
  const because = why === undefined ? '' : ` (${why})`;
  const left = kept.length === 0 ? '' : `; kept ${kept.join(', ')}`;
  return `${what}${because}${left}${enough && removed > 0 ? '; there is room again' : ''}`;
}

/** A step that finds nothing is done, too: the next one may. Whether it helped is the check's to say. */
export async function reclaimStep(step: StepOf<'reclaim'>, { control, programIdentity }: StepContext): Promise<StepOutcome> {
  const { what, filesystem, until, settings, within } = step;
  const request = {
    step: what,
    filesystem,
    until,
    settings,
    within,
    ...(programIdentity === undefined ? {} : { identity: programIdentity }),
  };
  const answer = await control.control({
    kind: 'program',
    argv: diskProgram('reclaim', request),
    within: within * 1.25,
    memory: MEMORY,
  });
  const stop = stopAt(answer, `${what} on ${filesystem}`);
  if (stop !== undefined) return stop;
  const report = parseReport(answer.kind === 'done' ? (answer.said ?? '') : '');
  return report === undefined ? failed(`${what} on ${filesystem}: its report could not be read`) : done(describe(report));
}
