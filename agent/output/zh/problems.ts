import type { ProblemDefinition } from '../../../lib/model/problem.ts';
import { adviceInChinese } from './advice.ts';
import { diskProblems } from './problems/disk.ts';
import { evictionProblems } from './problems/eviction.ts';
import { hostProblems } from './problems/host.ts';
import { kernelProblems } from './problems/kernel.ts';
import { kubeletProblems } from './problems/kubelet.ts';
import { runtimeProblems } from './problems/runtime.ts';
import type { ProblemWords } from './told.ts';

/** The catalogue in Chinese, by problem type. */
export const problemWords: ReadonlyMap<string, ProblemWords> = new Map(
  [...runtimeProblems, ...kubeletProblems, ...evictionProblems, ...kernelProblems, ...diskProblems, ...hostProblems].map(
    ({ type, words }) => [type, words],
  ),
);

/** One that nobody has put into Chinese stays as it is. */
export function problemInChinese(problem: ProblemDefinition): ProblemDefinition {
  const words = problemWords.get(problem.type);
  if (words === undefined) return problem;
  const reasons = Object.entries(problem.reasons).map(([reason, definition]) => [
    reason,
    { ...definition, description: words.reasons[reason] ?? definition.description },
  ]);
  return {
    ...problem,
    title: words.title,
    meaning: words.meaning,
    detection: words.detection,
    advice: problem.advice.map((advice) => ({ ...advice, text: adviceInChinese(advice.text) })),
    reasons: Object.fromEntries(reasons),
  };
}
