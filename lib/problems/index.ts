import type { ProblemDefinition } from '../model/problem.ts';

/** The catalogue of everything a check may find, in alphabetical order of its type. */
export const problems: readonly ProblemDefinition[] = [];
