import { type Needle, needlesOf } from '../regexp/needles.ts';
import { compilePattern, type PatternProblem, Regexp } from '../regexp/regexp.ts';
import { asksTextBegin, beginsAtTextBegin, demandsNewline, endsAtTextEnd, spansLines } from '../regexp/traits.ts';

/** How a rule's pattern is tried on the last lines of a log. */
export interface LineRule {
  readonly pattern: string;
  /** `pattern\z`, as node-problem-detector compiles it. */
  readonly regexp: Regexp;
  /** A match lies within the last line: the lines before it need not be looked at. */
  readonly lastLineOnly: boolean;
  /** A match can end before the last line's end, because a branch is not anchored: `a|b`. */
  readonly loose: boolean;
  /** Texts of which a matching line, or one of those joined to it, contains at least one. */
  readonly needles: readonly Needle[] | undefined;
}

export function compileLineRule(pattern: string): LineRule | PatternProblem {
  const alone = compilePattern(pattern);
  if (!(alone instanceof Regexp)) return alone;
  const regexp = compilePattern(`${pattern}\\z`);
  if (!(regexp instanceof Regexp)) return regexp;
  const { node } = regexp;
  const loose = !endsAtTextEnd(node);
  const lastLineOnly = !spansLines(node) && !asksTextBegin(node);
  return { pattern, regexp, lastLineOnly, loose, needles: needlesOf(node) };
}

const quotesItsEnd = (pattern: string) => compilePattern(`${pattern}(`) instanceof Regexp;

/** Why a rule will not do what it seems to say; each a sentence with what to write instead. */
export function doubtsAbout({ pattern, regexp, loose, needles }: LineRule, bufferSize: number): readonly string[] {
  const doubts: string[] = [];
  const { node } = regexp;
  if (quotesItsEnd(pattern))
    doubts.push('never matches: \\Q has no \\E, so that the end of the line is part of the quotation; add \\E');
  else if (loose) {
    doubts.push(
      'only its last branch is bound to the end of the line; node-problem-detector counts a line that matches another branch once for each of the bufferSize lines behind it, nodemend counts it once; write (a|b)',
    );
  }
  if (beginsAtTextBegin(node) && !spansLines(node) && bufferSize > 1) {
    doubts.push('never matches: ^ is the beginning of the buffer, not of the line; write (?m)^, or set bufferSize to 1');
  }
  if (bufferSize === 1 && demandsNewline(node)) doubts.push('never matches: it needs two lines, and bufferSize is 1');
  if (needles === undefined)
    doubts.push('has no fixed text in it: every line of the log is tried, which costs about a microsecond each');
  return doubts;
}
