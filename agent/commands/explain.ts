import { AgentError } from '../../lib/errors.ts';
import { nearest } from '../../lib/model/nearest.ts';
import { safeJson } from '../../lib/model/printable.ts';
import type { ProblemDefinition } from '../../lib/model/problem.ts';
import { problems } from '../../lib/problems/index.ts';
import { type Command, type CommandContext, EXIT, shared } from '../command.ts';
import { renderCatalogue, renderExplanation } from '../output/explain.ts';

/** A problem by its type, or by one of its reasons; case does not matter at 3 a.m. */
function findProblem(word: string): ProblemDefinition {
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

async function run({ options, positionals, terminal }: CommandContext): Promise<number> {
  const [word, ...more] = positionals;
  if (more.length > 0) throw new AgentError('ARGUMENT_INVALID', 'explain: one PROBLEM at a time');
  if (word === undefined) {
    terminal.print(options.json === true ? `${safeJson(problems, 2)}\n` : renderCatalogue(problems, terminal));
    return EXIT.ok;
  }
  const problem = findProblem(word);
  terminal.print(options.json === true ? `${safeJson(problem, 2)}\n` : renderExplanation(problem, terminal));
  return EXIT.ok;
}

export const explain: Command = {
  name: 'explain',
  summary: 'what a problem means, how it is detected, how a person repairs it, which settings matter',
  operands: '[PROBLEM]',
  example: 'nodemend explain PLEGUnhealthy\nnodemend explain DockerHung',
  options: { json: shared.json },
  run,
};
