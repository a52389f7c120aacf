import type { ProblemDefinition } from '../../lib/model/problem.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter } from './paint.ts';

const INDENT = '  ';

function section(title: string, body: string, page: Page, paint: Paint): string {
  return `\n${paint('strong', title)}\n${INDENT}${wrap(body, page.columns, INDENT)}\n`;
}

function rung(id: string, index: number): string {
  const remedy = findRemedy(id);
  const state = remedy?.enabledByDefault === true ? 'on by default' : 'off until you turn it on';
  return `${INDENT}${index + 1}. ${id}: ${remedy?.title ?? ''} (disruption: ${remedy?.disruption ?? 'unknown'}; ${state})\n`;
}

function ladders(problem: ProblemDefinition): string {
  const own = Object.entries(problem.reasons).filter(([, { ladder }]) => ladder !== undefined);
  const lines = problem.ladder.map(rung);
  for (const [reason, { ladder = [] }] of own) {
    lines.push(`${INDENT}${reason}: ${ladder.length === 0 ? 'advice only' : ladder.join(' → ')}\n`);
  }
  return lines.length === 0 ? `${INDENT}nothing by itself: it tells you\n` : lines.join('');
}

export function renderExplanation(problem: ProblemDefinition, page: Page): string {
  const paint = painter(page.color);
  const reasons = Object.entries(problem.reasons).map(
    ([name, { severity, description }]) => [name, severity, description] as const,
  );
  const width = Math.max(...reasons.map(([name]) => name.length));
  const indent = ' '.repeat(width + 14);
  return [
    `${paint('strong', problem.type)}: ${problem.title}\n`,
    section('What it means', problem.meaning, page, paint),
    section('How it is detected', problem.detection, page, paint),
    `\n${paint('strong', 'Reasons')}\n`,
    ...reasons.map(
      ([name, severity, description]) =>
        `${INDENT}${name.padEnd(width)}  ${severity.padEnd(8)}  ${wrap(description, page.columns, indent)}\n`,
    ),
    `\n${paint('strong', 'What a person does')}\n`,
    ...problem.advice.map(
      ({ text, command }) =>
        `${INDENT}${wrap(text, page.columns, INDENT)}\n${command === undefined ? '' : `${INDENT}  $ ${command}\n`}`,
    ),
    `\n${paint('strong', 'What the agent does')}\n`,
    ladders(problem),
    problem.settings.length === 0 ? '' : section('Settings', problem.settings.join(', '), page, paint),
  ].join('');
}

export function renderCatalogue(problems: readonly ProblemDefinition[], page: Page): string {
  const rows = problems.map(({ type, title }) => [type, title]);
  return `${align(rows)
    .map((line) => wrap(line, page.columns, INDENT))
    .join('\n')}\n\n\`nodemend explain PROBLEM\` tells more.\n`;
}
