import { AgentError } from '../../lib/errors.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { problems } from '../../lib/problems/index.ts';
import { type Command, type CommandContext, EXIT, shared } from '../command.ts';
import { findProblem } from '../find-problem.ts';
import { renderCatalogue, renderExplanation } from '../output/explain.ts';
import { pageOf } from '../output/language.ts';

async function run({ options, positionals, terminal }: CommandContext): Promise<number> {
  const [word, ...more] = positionals;
  if (more.length > 0) throw new AgentError('ARGUMENT_INVALID', 'explain: one PROBLEM at a time');
  const page = await pageOf(terminal);
  if (word === undefined) {
    terminal.print(options.json === true ? `${safeJson(problems, 2)}\n` : renderCatalogue(problems, page));
    return EXIT.ok;
  }
  const problem = findProblem(word);
  terminal.print(options.json === true ? `${safeJson(problem, 2)}\n` : renderExplanation(problem, page));
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
