import { printable } from '../../lib/model/printable.ts';

/** Markup that may stand in a page as it is; only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | readonly Part[];

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Characters of a text within a sentence, and of a line of evidence. */
const LONGEST = 600;
const LONGEST_LINE = 4000;

const escaped = (text: string) => text.toWellFormed().replace(/[&<>"']/g, (character) => ENTITY[character] ?? '');

function markupOf(part: Part): string {
  if (typeof part === 'string') return escaped(printable(part, LONGEST));
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

/** A template whose texts are escaped, whatever they say; in quoted attributes, too. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.map((text, index) => `${text}${index < parts.length ? markupOf(parts[index] ?? '') : ''}`);
  return { markup: markup.join('') };
}

/** Lines as they are, for <pre>. */
export function lines(text: string): Html {
  return {
    markup: escaped(
      text
        .split('\n')
        .map((line) => printable(line, LONGEST_LINE))
        .join('\n'),
    ),
  };
}

export const nothing: Html = { markup: '' };
