import type { AccessReport } from '../../lib/kube/access.ts';
import { printable } from '../../lib/model/printable.ts';
import { accessWords } from './access-words.ts';
import type { Page } from './doctor.ts';
import { wrap } from './layout.ts';
import { painter, type Tone } from './paint.ts';
import { padRight } from './width.ts';

const LABEL = 12;

/** Which identity speaks for this node, and what it may do. */
export function renderAccess(report: AccessReport, { columns, color, words: chosen }: Page): string {
  const paint = painter(color);
  const words = chosen?.access ?? accessWords;
  const field = (label: string, items: readonly string[], tone: Tone = 'plain') =>
    items.length === 0
      ? ''
      : `  ${paint('faint', padRight(label, LABEL))}${paint(tone, wrap(items.join(', '), columns, ' '.repeat(LABEL + 2)))}\n`;
  const may = (allowed: boolean | null) =>
    report.access.filter((one) => one.allowed === allowed).map(({ what }) => words.access(what));
  const { user, credential, file, origin, node, expiresAt } = report;
  const who = words.who(printable(user ?? words.a(credential), 200), printable(node));
  const until = expiresAt === null ? [] : [words.until(expiresAt)];
  return [
    `${paint('strong', words.title)}\n`,
    field(words.is, [who, `${printable(file, 200)} (${words.origin[origin] ?? origin})`, ...until]),
    field(words.may, may(true)),
    field(words.mayNot, may(false), 'warning'),
    field(words.notKnown, may(null), 'faint'),
    '\n',
  ].join('');
}
