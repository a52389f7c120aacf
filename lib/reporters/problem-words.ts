import type { ProblemState, Snapshot } from '../model/snapshot.ts';

type Named = Pick<ProblemState, 'type' | 'reason'> & { readonly subject?: string };

/** What makes it the same problem in the next snapshot. */
export const problemKey = ({ type, subject }: Pick<Named, 'type' | 'subject'>): string => `${type}\0${subject ?? ''}`;

/** `ContainerRuntimeUnhealthy/DockerHung (docker.service)`. */
export function nameProblem({ type, reason, subject }: Named): string {
  return `${type}/${reason}${subject === undefined ? '' : ` (${subject})`}`;
}

/** What stands between a problem and its remedy; that it has not stood long enough is no guard. */
export function guardsOf({ next }: Pick<ProblemState, 'next'>): readonly string[] {
  return (next?.blockedBy ?? []).filter((id) => id !== 'not-persistent');
}

/** Problems that count: a suspicion may pass by itself. */
export const isCertain = ({ state }: Pick<ProblemState, 'state'>): boolean => state !== 'suspected';

/** What others would act on: no numbers that move by themselves. */
export function essenceOf({ health, mode, paused, problems, lastRemedy }: Snapshot): string {
  const certain = problems.filter(isCertain).map((problem) => {
    const { severity, state, exhausted, next } = problem;
    return [nameProblem(problem), severity, state, exhausted, next?.remedy, guardsOf(problem)];
  });
  return JSON.stringify([health, mode, paused, certain, lastRemedy?.remedy, lastRemedy?.at, lastRemedy?.outcome]);
}
