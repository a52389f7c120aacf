import type { ProblemDefinition } from '../../lib/model/problem.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { displayWidth, padRight } from './width.ts';
import { english, type Words } from './words.ts';

const INDENT = '  ';

function section(title: string, body: string, page: Page, paint: Paint): string {
  return `\n${paint('strong', title)}\n${INDENT}${wrap(body, page.columns, INDENT)}\n`;
}

function ladders(problem: ProblemDefinition, words: Words): string {
  const own = Object.entries(problem.reasons).filter(([, { ladder }]) => ladder !== undefined);
  const lines = problem.ladder.map((id, index) => {
    const remedy = findRemedy(id);
    const more = { title: words.remedy(id), disruption: remedy?.disruption ?? 'unknown', on: remedy?.enabledByDefault === true };
    return `${INDENT}${words.explain.rung(index + 1, id, more)}\n`;
  });
  for (const [reason, { ladder = [] }] of own) {
    lines.push(`${INDENT}${reason}: ${ladder.length === 0 ? words.explain.adviceOnly : ladder.join(' → ')}\n`);
  }
  return lines.length === 0 ? `${INDENT}${words.explain.nothing}\n` : lines.join('');
}

function reasonLines(problem: ProblemDefinition, words: Words, columns: number): readonly string[] {
  const reasons = Object.entries(problem.reasons).map(
    ([name, { severity, description }]) => [name, words.doctor.severity[severity].toLowerCase(), description] as const,
  );
  const width = Math.max(...reasons.map(([name]) => displayWidth(name)));
  const indent = ' '.repeat(width + 14);
  return reasons.map(
    ([name, severity, description]) =>
      `${INDENT}${padRight(name, width)}  ${padRight(severity, 8)}  ${wrap(description, columns, indent)}\n`,
  );
}

/** The whole catalogue entry of a problem, for a person. */
export function renderExplanation(original: ProblemDefinition, page: Page): string {
  const paint = painter(page.color);
  const words = page.words ?? english;
  const problem = words.problem(original);
  return [
    `${paint('strong', problem.type)}: ${problem.title}\n`,
    section(words.explain.meaning, problem.meaning, page, paint),
    section(words.explain.detection, problem.detection, page, paint),
    `\n${paint('strong', words.explain.reasons)}\n`,
    ...reasonLines(problem, words, page.columns),
    `\n${paint('strong', words.explain.person)}\n`,
    ...problem.advice.map(
      ({ text, command }) =>
        `${INDENT}${wrap(text, page.columns, INDENT)}\n${command === undefined ? '' : `${INDENT}  $ ${command}\n`}`,
    ),
    `\n${paint('strong', words.explain.agent)}\n`,
    ladders(problem, words),
    problem.settings.length === 0 ? '' : section(words.explain.settings, problem.settings.join(', '), page, paint),
  ].join('');
}

export function renderCatalogue(problems: readonly ProblemDefinition[], page: Page): string {
  const words = page.words ?? english;
  const rows = problems.map((problem) => [problem.type, words.problem(problem).title]);
  return `${align(rows)
    .map((line) => wrap(line, page.columns, INDENT))
    .join('\n')}\n\n${words.explain.ending}\n`;
}
