import { AgentError } from '../lib/errors.ts';
import { nearest } from '../lib/model/nearest.ts';
import type { ProblemDefinition } from '../lib/model/problem.ts';
import { problems } from '../lib/problems/index.ts';

/** A problem by its type, or by one of its reasons; case does not matter at 3 a.m. */
export function findProblem(word: string): ProblemDefinition {
  const [type = '', reason] = word.toLowerCase().split('/');
  const byType = problems.find((problem) => problem.type.toLowerCase() === type);
  if (byType !== undefined) return byType;
  const wanted = reason ?? type;
  const byReason = problems.find(({ reasons }) => Object.keys(reasons).some((name) => name.toLowerCase() === wanted));
  if (byReason !== undefined) return byReason;

  const names = problems.flatMap(({ type: name, reasons }) => [name, ...Object.keys(reasons)]);
  const closest = nearest(word, names);
  throw new AgentError(
    'PROBLEM_UNKNOWN',
    `no problem ${JSON.stringify(word)}${closest === undefined ? '' : `; did you mean ${closest}?`}`,
  );
}
